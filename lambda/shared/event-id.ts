import { createHash } from 'node:crypto';
import { single, type Params } from './form';
import type { WebhookKind } from './routes';

/** `MessageStatus` and `ErrorCode` of a status callback as one key; `-` stands for no error. */
export const statusKey = (status: string, errorCode: string | undefined): string =>
  `${status}#${errorCode === undefined || errorCode === '' ? '-' : errorCode}`;

/**
 * The deterministic identity of a webhook, made only of what Twilio signed: equal for every delivery and replay of the same
 * event, different for different ones. The fields it reads are checked before (`lambda/ingress`).
 */
export const formEventId = (kind: WebhookKind, params: Params, query: string): string => {
  const messageSid = single(params, 'MessageSid');
  const messageStatus = single(params, 'MessageStatus');
  const idempotencyToken = single(params, 'IdempotencyToken');
  switch (kind) {
    case 'message':
      return messageSid ?? contentHash(params, query);
    case 'status':
      return messageSid !== undefined && messageStatus !== undefined
        ? `${messageSid}#${statusKey(messageStatus, single(params, 'ErrorCode'))}`
        : contentHash(params, query);
    case 'usage':
      return idempotencyToken ?? contentHash(params, query);
    case 'event':
      return contentHash(params, query);
  }
};

/** SHA-256 over the signed content, less the host: a move to a custom domain must not make old events new. */
const contentHash = (params: Params, query: string): string => {
  const pairs = Object.keys(params)
    .sort()
    .map((name) => [name, ...[params[name] ?? ''].flat().sort()]);
  return createHash('sha256')
    .update(JSON.stringify([query, pairs]))
    .digest('hex');
};

/** The identity of a JSON delivery as a whole. Its single CloudEvents are stored under their own ids. */
export const jsonEventId = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
