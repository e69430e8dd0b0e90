import { encodeEnvelope } from '../shared/payload/envelope';
import type { AcceptedWebhook } from '../shared/webhook/check-webhook';
import { envelopeOf } from '../shared/webhook/envelope-of';
import type { Rejected } from '../shared/webhook/rejections';
import type { PublishOutcome, Publisher } from './ports';
import type { IngressRequest } from './request';

/** The message's id on the event queue, or why the webhook must not be acknowledged. */
export type Enqueued = { readonly messageId: string | undefined } | Rejected;

export interface Publishers {
  readonly publisher: Publisher;
  /** The queue that usage triggers go to as well; undefined where the stage has no circuit breaker. */
  readonly breakerPublisher?: Publisher | undefined;
}

/**
 * Puts a webhook on the event queue, and a usage trigger on the breaker's queue as well unless it is unrecognized. It
 * may be acknowledged only if every queue has it. After a failure of one queue, Twilio's retry is a duplicate on the
 * other: the consumer and the breaker recognize it.
 * @param receivedAt ISO 8601, UTC, milliseconds
 */
export const enqueue = async (
  request: IngressRequest,
  accepted: AcceptedWebhook,
  receivedAt: string,
  { publisher, breakerPublisher }: Publishers,
  signal: AbortSignal,
): Promise<Enqueued> => {
  const envelope = envelopeOf(request, accepted, receivedAt);
  const publication = { body: encodeEnvelope(envelope), messageGroupId: envelope.accountSid };
  const isUsageTrigger = accepted.webhook.reading.kind === 'usage';
  // In parallel, so that one slow queue does not use up the other's time.
  const [sent, toBreaker] = await Promise.all([
    publisher.publish(publication, signal),
    isUsageTrigger ? breakerPublisher?.publish(publication, signal) : undefined,
  ]);
  if (sent.kind !== 'ok') return rejectedBy('event', sent);
  if (toBreaker !== undefined && toBreaker.kind !== 'ok') return rejectedBy('breaker', toBreaker);
  return { messageId: sent.messageId };
};

const rejectedBy = (
  queue: 'event' | 'breaker',
  { kind, ...cause }: Exclude<PublishOutcome, { kind: 'ok' }>,
): Rejected => {
  const detail = queue === 'event' ? undefined : "on the breaker's queue";
  switch (kind) {
    case 'denied':
      return { rejection: { reason: 'enqueue_denied', detail, ...cause } };
    case 'no_queue': {
      const noQueue = `the ${queue} queue does not exist: deploy the stack`;
      return { rejection: { reason: 'internal_error', detail: noQueue, ...cause } };
    }
    case 'failed':
      return { rejection: { reason: 'enqueue_failed', detail, ...cause } };
  }
};
