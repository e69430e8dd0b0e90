import { PoisonEnvelopeError, type Envelope } from '../shared/payload/envelope';
import { parseForm, single } from '../shared/payload/form';
import { readParams } from '../shared/payload/reading';
import type { Canary } from './ports';

/** A canary has a few short parameters: anything longer is not parsed to find out. */
const maxBytes = 1024;

/**
 * @returns undefined if the webhook is not a canary
 * @throws PoisonEnvelopeError if its account is not that of the envelope
 */
export const canaryOf = (envelope: Envelope): Canary | undefined => {
  const { kind, contentType, query, body, accountSid, requestId, receivedAt } = envelope;
  if (kind !== 'event' || contentType === 'json' || query.length + body.length > maxBytes) return undefined;
  const params = parseForm(contentType === 'query' ? query : body);
  const reading = readParams(kind, params);
  if (reading.kind !== 'canary') return undefined;
  if (single(params, 'AccountSid') !== accountSid) {
    throw new PoisonEnvelopeError('invalid_field', 'AccountSid of the canary is not the accountSid of the envelope');
  }
  return { accountSid, requestId, receivedAt, canaryId: reading.canaryId };
};
