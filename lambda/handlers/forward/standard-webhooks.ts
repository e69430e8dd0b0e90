import { createHmac } from 'node:crypto';
import { TemporaryError } from '../temporary-error';

/** The HMAC key in a secret: `whsec_` and base64, of 24 to 64 bytes. */
export const webhookKey = (secret: string): Buffer => {
  const [, base64] = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(secret.trim()) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (key.length < 24 || key.length > 64) {
    throw new TemporaryError('the forwarding secret is not whsec_ and 24 to 64 bytes in base64');
  }
  return key;
};

/**
 * The headers of Standard Webhooks.
 * @param id the same in every try, so that the receiver can recognize a duplicate
 * @param atSeconds the time of this try, in seconds since 1970
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const webhookHeaders = (key: Buffer, id: string, atSeconds: number, body: string) => {
  const timestamp = String(Math.floor(atSeconds));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` } as const;
};
