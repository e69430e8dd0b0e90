import { encodeEnvelope, type Envelope } from '../shared/payload/envelope';
import type { PublishOutcome, Publisher } from './ports';
import type { Rejection } from '../shared/webhook/rejections';

/** What SQS made of a webhook: the message's id on the event queue, or why it is not acknowledged. */
export type Enqueued = { readonly messageId: string | undefined } | { readonly rejection: Rejection };

const rejectionOf = (
  queue: 'event' | 'breaker',
  outcome: Exclude<PublishOutcome, { kind: 'ok' }>,
): Rejection => {
  const { kind, ...cause } = outcome;
  const which = queue === 'event' ? undefined : "on the breaker's queue";
  switch (kind) {
    case 'denied':
      return { reason: 'enqueue_denied', detail: which, ...cause };
    case 'no_queue':
      return {
        reason: 'internal_error',
        detail: `the ${queue} queue does not exist: deploy the stack`,
        ...cause,
      };
    case 'failed':
      return { reason: 'enqueue_failed', detail: which, ...cause };
  }
};

/**
 * Puts a webhook on the event queue, and a usage trigger that could be read on the breaker's queue as well. Only when SQS has it on each may it be
 * acknowledged. Where one of the two failed, Twilio's retry is a duplicate for the other, which consumer and breaker recognise.
 */
export const createEnqueue =
  (publisher: Publisher, breakerPublisher: Publisher | undefined) =>
  async (envelope: Envelope, isUsageTrigger: boolean, signal: AbortSignal): Promise<Enqueued> => {
    const publication = { body: encodeEnvelope(envelope), messageGroupId: envelope.accountSid };
    // Side by side: one after the other, a slow queue would leave the other no time.
    const [sent, toBreaker] = await Promise.all([
      publisher.publish(publication, signal),
      isUsageTrigger ? breakerPublisher?.publish(publication, signal) : undefined,
    ]);
    if (sent.kind !== 'ok') return { rejection: rejectionOf('event', sent) };
    if (toBreaker !== undefined && toBreaker.kind !== 'ok') {
      return { rejection: rejectionOf('breaker', toBreaker) };
    }
    return { messageId: sent.messageId };
  };
