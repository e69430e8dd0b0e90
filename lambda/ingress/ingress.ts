import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { MetricName } from '../shared/contract/metric-names';
import type { RouteName } from '../shared/contract/routes';
import type { Credentials } from '../shared/credentials/credentials';
import { startDeadline, type Deadline } from '../shared/runtime/deadline';
import type { LogFields, LogLevel } from '../shared/runtime/ports';
import type { BasicAuth } from '../shared/webhook/basic-auth';
import { checkWebhook } from '../shared/webhook/check-webhook';
import type { EarlyCheckOptions } from '../shared/webhook/early-checks';
import { answers, detailOf, type Rejected } from '../shared/webhook/rejections';
import { replyToMessage, type ReplyPorts } from './ask-for-reply';
import { enqueue, type Enqueued, type Publishers } from './enqueue';
import { readRequest, type IngressRequest } from './request';
import { acceptedResponse, rejectedResponse, type ResponseOptions } from './responses';

export interface IngressPorts extends Publishers, ReplyPorts {
  readonly credentials: Credentials;
  /** Undefined where the stage has no Basic authentication. */
  readonly basicAuth?: BasicAuth | undefined;
  /** Whether the next 4xx is logged; called once for each. */
  readonly isRejectionLogged: () => boolean;
}

export interface IngressOptions extends EarlyCheckOptions, ResponseOptions {
  /** As Twilio signs it, without trailing slash. */
  readonly publicBaseUrl: string;
  /** For commands in log details. */
  readonly stageName: string;
  /** @default 4100: Event Streams wait 5 s for an answer, webhooks 15 s */
  readonly deadlineMs?: number;
}

interface Accepted {
  readonly route: RouteName;
  readonly isCanary: boolean;
  readonly fields: Partial<LogFields>;
  /** Undefined: no reply. */
  readonly twiml: string | undefined;
}
type Outcome = Accepted | Rejected;

const defaultDeadlineMs = 4_100;
/** The caller chooses the method; the longest registered one has 17 characters. */
const maxMethodLength = 20;

/**
 * Answers a webhook: 2xx only if it is genuine and SQS has it, on every queue it belongs to. Never rejects. Logs one
 * line for each request, except that a flood of 4xx is only sampled.
 */
export const answerWebhook = async (
  event: APIGatewayProxyEventV2,
  ports: IngressPorts,
  options: IngressOptions,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { credentials, basicAuth, metrics, log, now } = ports;
  const startedAt = now();
  const deadline = startDeadline(options.deadlineMs ?? defaultDeadlineMs);
  let request: IngressRequest | undefined;
  let outcome: Outcome;
  try {
    const read = readRequest(event);
    request = read;
    outcome = await acceptWebhook(read, ports, options, deadline);
    await Promise.all([credentials.finishReads(), basicAuth?.finishReads()]);
  } catch (error) {
    // An error's message may quote its input, so only its name is kept.
    const errorName = error instanceof Error ? error.name : typeof error;
    outcome = { rejection: { reason: 'internal_error', errorName } };
  } finally {
    deadline.clear();
  }
  const { response, level, metric, fields } = answerTo(outcome, options);
  if (metric !== undefined) metrics.count(metric);
  const { statusCode: status = 0 } = response;
  if (status >= 400 && status < 500 && !ports.isRejectionLogged()) return response;
  log(level, {
    requestId: request?.requestId,
    route: request?.route,
    method: request?.method.slice(0, maxMethodLength),
    status,
    bytes: request?.bodyBytes,
    durationMs: now() - startedAt,
    // The access log has the address of every request.
    sourceIp: 'route' in outcome ? undefined : request?.sourceIp,
    userAgent: request?.userAgent,
    ...fields,
  });
  return response;
};

const acceptWebhook = async (
  request: IngressRequest,
  ports: IngressPorts,
  options: IngressOptions,
  deadline: Deadline,
): Promise<Outcome> => {
  const arrival = ports.now();
  const { credentials, basicAuth } = ports;
  const { acceptGet, expectedDomainName } = options;
  const signedUrl = `${options.publicBaseUrl}/${request.route ?? ''}`;
  const checks = { acceptGet, expectedDomainName, credentials, basicAuth, signedUrl };
  const checked = await checkWebhook(request, checks, deadline);
  if ('rejection' in checked) return checked;
  const { received, webhook, staleSecret } = checked;
  if (staleSecret) ports.metrics.count('StaleSecretUsed');

  const { signal } = deadline;
  const receivedAt = new Date(arrival).toISOString();
  const sent = await deadline.race<Enqueued>(enqueue(request, checked, receivedAt, ports, signal), () => ({
    rejection: { reason: 'enqueue_failed', errorName: 'TimeoutError' },
  }));
  if ('rejection' in sent) return sent;
  const { reading, accountSid, eventId, tokenSlot, params } = webhook;
  const query = received.format === 'query' ? '' : received.query;
  return {
    route: received.route,
    isCanary: reading.kind === 'canary',
    fields: {
      account: accountSid.slice(-6),
      messageSid: 'messageSid' in reading ? reading.messageSid : undefined,
      detail: reading.kind === 'unrecognized' ? `unrecognized: ${reading.reason}` : undefined,
      eventId,
      tokenSlot,
      staleSecret,
      messageId: sent.messageId,
    },
    twiml:
      reading.kind === 'message'
        ? await replyToMessage({ ...reading, accountSid, params, query }, request.requestId, ports, signal)
        : undefined,
  };
};

const answerTo = (
  outcome: Outcome,
  options: IngressOptions,
): {
  readonly response: APIGatewayProxyStructuredResultV2;
  readonly level: LogLevel;
  readonly metric: MetricName | undefined;
  readonly fields: LogFields;
} => {
  if ('route' in outcome) {
    return {
      response: acceptedResponse(outcome.route, outcome.twiml),
      level: 'info',
      metric: outcome.isCanary ? 'CanaryAccepted' : 'Accepted',
      fields: { ...outcome.fields, reason: 'accepted' },
    };
  }
  const { rejection } = outcome;
  const { level, metric } = answers[rejection.reason];
  return {
    response: rejectedResponse(rejection.reason, options),
    level,
    metric,
    fields: { ...rejection, detail: detailOf(rejection, options.stageName) },
  };
};
