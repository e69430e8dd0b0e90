import { apiIdPlaceholder, regionAttributes, regionRetentionDays } from '../shared/contract/fallback-lane';
import { encodeEnvelope } from '../shared/payload/envelope';
import { receiveCount, type BatchOptions, type QueueRecord } from '../shared/runtime/batch';
import { raceDeadline } from '../shared/runtime/deadline';
import { describeError } from '../shared/runtime/describe-error';
import { checkWebhook, type AcceptedWebhook } from '../shared/webhook/check-webhook';
import { envelopeOf } from '../shared/webhook/envelope-of';
import { answers, detailOf, type Rejection } from '../shared/webhook/rejections';
import type { FallbackPorts } from './ports';
import { rebuildRequest, type LaneRequest } from './rebuild-request';

export interface FallbackOptions {
  /** The lane's URL, which Twilio signs. */
  readonly fallbackUrl: string;
  /** The URL of the lane in another region, with a placeholder for the id of its API. Undefined: there is none. */
  readonly regionUrl?: string | undefined;
  readonly stageName: string;
}

/** How the function works through a batch of the lane's queue. */
export const fallbackBatch = (ports: FallbackPorts, options: FallbackOptions): BatchOptions => ({
  process: (record, signal) => acceptRecord(ports, options, record, signal),
  skip: (record) => reportFailure(ports, record, undefined, { errorName: 'OutOfTimeError' }),
  concurrency: 10,
  minStartMs: 1500,
  reserveMs: 700,
});

/**
 * Puts a genuine request on the event queue. A forgery is counted and deleted. What cannot be decided now, because a
 * secret or SQS is not available, stays on the lane's queue.
 */
const acceptRecord = async (
  ports: FallbackPorts,
  options: FallbackOptions,
  record: QueueRecord,
  signal: AbortSignal,
): Promise<'done' | 'failed'> => {
  let request: LaneRequest | undefined;
  try {
    const rebuilt = rebuildRequest(record);
    request = rebuilt;
    const checks = {
      credentials: ports.credentials,
      // Twilio sends user and password only after a challenge, which API Gateway's integration cannot give.
      basicAuth: undefined,
      signedUrl: signedUrlOf(record, options),
    };
    const checked = await checkWebhook(rebuilt, checks, {
      race: (promise, onTimeout) => raceDeadline(signal, promise, onTimeout),
    });
    await ports.credentials.finishReads();
    if ('rejection' in checked) return decline(ports, options, record, rebuilt, checked.rejection);
    await forward(ports, record, rebuilt, checked, signal);
    return 'done';
  } catch (error) {
    reportFailure(ports, record, request, describeError(error));
    return 'failed';
  }
};

/**
 * Of a message of another region: its URL, with the id that API Gateway wrote. A caller who writes an id himself, by a
 * quote in a header, gains nothing: Twilio must have signed that URL.
 */
const signedUrlOf = (record: QueueRecord, { fallbackUrl, regionUrl }: FallbackOptions): string => {
  const apiId = apiIdOf(record);
  return regionUrl === undefined || apiId === undefined ? fallbackUrl : regionUrl.replace(apiIdPlaceholder, apiId);
};

const apiIdOf = ({ messageAttributes }: QueueRecord): string | undefined => {
  const apiId = messageAttributes?.[regionAttributes.apiId]?.stringValue;
  return apiId !== undefined && /^[A-Za-z0-9]{1,64}$/.test(apiId) ? apiId : undefined;
};

const forward = async (
  { enqueue, log, metrics }: FallbackPorts,
  record: QueueRecord,
  request: LaneRequest,
  accepted: AcceptedWebhook,
  signal: AbortSignal,
): Promise<void> => {
  const envelope = { ...envelopeOf(request, accepted, receivedAt(record)), via: 'fallback' as const };
  await enqueue({ body: encodeEnvelope(envelope), messageGroupId: envelope.accountSid }, signal);
  const { reading, accountSid, eventId, tokenSlot } = accepted.webhook;
  // A canary of `doctor` says nothing about ingress, and must not set off the alarm.
  const isCanary = reading.kind === 'canary';
  metrics.count(isCanary ? 'CanaryAccepted' : 'FallbackAccepted');
  log(isCanary ? 'info' : 'warn', {
    reason: isCanary ? 'fallback_canary' : 'fallback_accepted',
    requestId: request.requestId,
    messageId: record.messageId,
    account: accountSid.slice(-6),
    messageSid: 'messageSid' in reading ? reading.messageSid : undefined,
    eventId,
    tokenSlot,
    staleSecret: accepted.staleSecret,
  });
};

/**
 * When SQS took the message, in the other region if it was there. A caller could write that attribute himself, by a
 * quote in a header: a time that no message of that region can have is not taken.
 */
const receivedAt = (record: QueueRecord): string => {
  const here = Number(record.attributes?.SentTimestamp);
  const takenAt = Number.isSafeInteger(here) && here > 0 ? here : Date.now();
  const inRegion = Number(apiIdOf(record) && record.messageAttributes?.[regionAttributes.sentAt]?.stringValue);
  const isPlausible = inRegion <= takenAt && inRegion >= takenAt - regionRetentionDays * dayMs;
  return new Date(isPlausible ? inRegion : takenAt).toISOString();
};

const dayMs = 86_400_000;

/** A 4xx is final; after a 5xx another try can succeed. */
const decline = (
  ports: FallbackPorts,
  { stageName }: FallbackOptions,
  record: QueueRecord,
  request: LaneRequest,
  rejection: Rejection,
): 'done' | 'failed' => {
  const fields = { ...rejection, detail: detailOf(rejection, stageName) };
  if (answers[rejection.reason].status >= 500) {
    reportFailure(ports, record, request, { ...fields, detail: [rejection.reason, fields.detail].join(': ') });
    return 'failed';
  }
  ports.metrics.count('FallbackRejected');
  ports.log('warn', {
    ...fields,
    reason: 'fallback_rejected',
    detail: fields.detail === undefined ? rejection.reason : `${rejection.reason}: ${fields.detail}`,
    requestId: request.requestId,
    messageId: record.messageId,
    sourceIp: request.sourceIp,
    bytes: request.bodyBytes,
  });
  return 'done';
};

const reportFailure = (
  { log, metrics }: FallbackPorts,
  record: QueueRecord,
  request: LaneRequest | undefined,
  cause: { readonly errorName?: string | undefined; readonly serviceStatus?: number | undefined; detail?: string },
): void => {
  metrics.count('FallbackFailed');
  log('error', {
    detail: cause.detail,
    errorName: cause.errorName,
    serviceStatus: cause.serviceStatus,
    reason: 'fallback_failed',
    requestId: request?.requestId,
    messageId: record.messageId,
    receiveCount: receiveCount(record),
  });
};
