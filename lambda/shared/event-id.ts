import { createHash } from 'node:crypto';
import { parseForm, single, type Params } from './form';
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

/**
 * SHA-256 over the signed content, less the host: a move to a custom domain must not make old events new. A signature
 * also fits the same request with a value repeated, a boundary between name and value moved, or the query written with
 * other escapes; none of that may make a new event, or one captured request could fill the table.
 */
const contentHash = (params: Params, query: string): string => {
  const text = Object.keys(params)
    .sort()
    .flatMap((name) => [...new Set([params[name] ?? ''].flat())].sort().map((value) => name + value))
    .join('');
  const queryParams = parseForm(query);
  const pairs = Object.keys(queryParams)
    .sort()
    .map((name) => [name, queryParams[name]]);
  return createHash('sha256')
    .update(JSON.stringify([pairs, text]))
    .digest('hex');
};

/** The identity of a JSON delivery as a whole. Its single CloudEvents are stored under their own ids. */
export const jsonEventId = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
