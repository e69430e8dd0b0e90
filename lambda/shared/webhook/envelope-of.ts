import { routes } from '../contract/routes';
import type { Envelope } from '../payload/envelope';
import type { WebhookRequest } from '../payload/request';
import type { AcceptedWebhook } from './check-webhook';

/** @param receivedAt ISO 8601, UTC, milliseconds */
export const envelopeOf = (
  request: WebhookRequest & { readonly requestId: string },
  { received, webhook }: AcceptedWebhook,
  receivedAt: string,
): Envelope => {
  const { route, format, body, query } = received;
  const { eventId, signedTextHash, accountSid, tokenSlot } = webhook;
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
    // The header is not signed, so only a plausible value is kept.
    ...(idempotencyToken !== undefined && /^[\x21-\x7e]{1,256}$/.test(idempotencyToken) ? { idempotencyToken } : {}),
  };
};
