import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Credentials } from '../shared/credentials/credentials';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import type { Envelope } from '../shared/payload/envelope';
import type { MetricName } from '../shared/contract/metric-names';
import type { Log, LogFields, LogLevel, Metrics } from '../shared/runtime/ports';
import { routes, type RouteName } from '../shared/contract/routes';
import type { BasicAuth } from '../shared/webhook/basic-auth';
import { createDecide } from '../shared/webhook/check-webhook';
import type { ReceiveOptions, UnverifiedWebhook } from '../shared/webhook/early-checks';
import { answers, detailOf, type Rejection } from '../shared/webhook/rejections';
import type { VerifiedWebhook } from '../shared/signature/verify-webhook';
import { createEnqueue, type Enqueued } from './enqueue';
import type { Publisher } from './ports';
import { createRefusalLogSampling } from './rejection-log-sampling';
import { readRequest, type IngressRequest } from './request';
import { acceptedResponse, rejectedResponse, type ResponseOptions } from './responses';
import type { ReplyTo } from './static-reply';

export interface IngressPorts {
  readonly credentials: Credentials;
  /** Undefined where the stage has no Basic authentication. */
  readonly basicAuth?: BasicAuth | undefined;
  /** @default silence */
  readonly replyTo?: ReplyTo | undefined;
  readonly publisher: Publisher;
  /** Where usage triggers go, too; undefined where the stage has no circuit breaker. */
  readonly breakerPublisher?: Publisher | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface IngressOptions extends ReceiveOptions, ResponseOptions {
  /** As Twilio signs it, without trailing slash. */
  readonly publicBaseUrl: string;
  /** For what an operator is told to run. */
  readonly stageName: string;
  /** @default 4100: Event Streams wait 5 s for an answer, webhooks 15 s */
  readonly deadlineMs?: number;
}

export type Ingress = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

interface Accepted {
  readonly route: RouteName;
  readonly fields: Partial<LogFields>;
  /** Undefined is silence. */
  readonly twiml: string | undefined;
}
type Outcome = Accepted | { readonly rejection: Rejection };

const defaultDeadlineMs = 4_100;
/** The caller chooses it; the longest registered one has 17. */
const maxMethodLength = 20;

/** Answers a webhook: 2xx only when it was proven genuine and SQS has it, on every queue it belongs to. Never rejects; one log line
 * each, but only a sample of the refusals of a flood. */
export const createIngress = (ports: IngressPorts, options: IngressOptions): Ingress => {
  const { credentials, basicAuth, metrics, log, now } = ports;
  const enqueue = createEnqueue(ports.publisher, ports.breakerPublisher);
  const decide = createDecide(
    { credentials, basicAuth },
    { ...options, signedUrlOf: (route) => `${options.publicBaseUrl}/${route}` },
  );
  const isLogged = createRefusalLogSampling(now);

  const process = async (request: IngressRequest, signal: AbortSignal): Promise<Outcome> => {
    const receivedAt = new Date(now()).toISOString();
    const decision = await decide(request, signal);
    if ('rejection' in decision) return decision;
    const { received, webhook, staleSecret } = decision;
    if (staleSecret) metrics.count('StaleSecretUsed');

    const envelope = envelopeOf(request, received, webhook, receivedAt);
    const { accountSid, eventId, kind, tokenSlot } = envelope;
    const { reading } = webhook;
    const isUsageTrigger = reading.kind === 'usage';
    const sent = await raceDeadline<Enqueued>(signal, enqueue(envelope, isUsageTrigger, signal), () => ({
      rejection: { reason: 'enqueue_failed', errorName: 'TimeoutError' },
    }));
    if ('rejection' in sent) return sent;
    return {
      route: received.route,
      fields: {
        account: accountSid.slice(-6),
        messageSid: 'messageSid' in reading ? reading.messageSid : undefined,
        kind,
        detail: reading.kind === 'unrecognized' ? `unrecognized: ${reading.reason}` : undefined,
        eventId,
        tokenSlot,
        staleSecret,
        messageId: sent.messageId,
      },
      twiml: reading.kind === 'message' ? ports.replyTo?.(webhook.params) : undefined,
    };
  };

  return async (event) => {
    const startedAt = now();
    let request: IngressRequest | undefined;
    let outcome: Outcome;
    try {
      const read = readRequest(event);
      request = read;
      outcome = await withDeadline(options.deadlineMs ?? defaultDeadlineMs, (signal) =>
        process(read, signal),
      );
      await Promise.all([credentials.settle(), basicAuth?.settle()]);
    } catch (error) {
      // An error's message may quote its input, so only its name is kept.
      const errorName = error instanceof Error ? error.name : typeof error;
      outcome = { rejection: { reason: 'internal_error', errorName } };
    }
    const { response, level, metric, fields } = answerTo(outcome, options);
    if (metric !== undefined) metrics.count(metric);
    const isRefusal =
      response.statusCode !== undefined && response.statusCode >= 400 && response.statusCode < 500;
    if (isRefusal && !isLogged()) return response;
    log(level, {
      requestId: request?.requestId,
      route: request?.route,
      method: request?.method.slice(0, maxMethodLength),
      status: response.statusCode,
      bytes: request?.bodyBytes,
      durationMs: now() - startedAt,
      sourceIp: request?.sourceIp,
      userAgent: request?.userAgent,
      ...fields,
    });
    return response;
  };
};

const envelopeOf = (
  request: IngressRequest,
  { route, format, body, query }: UnverifiedWebhook,
  { eventId, signedTextHash, accountSid, tokenSlot }: VerifiedWebhook,
  receivedAt: string,
): Envelope => {
  const idempotencyToken = request.header('i-twilio-idempotency-token');
  return {
    eventId,
    signedTextHash,
    kind: routes[route].kind,
    route,
    accountSid,
    contentType: format,
    body,
    query,
    receivedAt,
    requestId: request.requestId,
    tokenSlot,
    // Nobody signed this header; it is kept if it looks like what it should be.
    ...(idempotencyToken !== undefined && /^[\x21-\x7e]{1,256}$/.test(idempotencyToken)
      ? { idempotencyToken }
      : {}),
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
      metric: 'Accepted',
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
