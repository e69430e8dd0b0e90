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
 * SHA-256 over the signed content, less the host: a move to a custom domain must not make old events new. It is one text
 * without any boundary, like the one that Twilio signs. A signature also fits the same request with a value repeated,
 * characters moved between a name and its value, or from the query's end to the form's beginning, or the query written
 * with other escapes; none of that may make a new event, or one captured request could fill the table.
 */
const contentHash = (params: Params, query: string): string => {
  const text = (single(parseForm(`text=${query.replace(/[=&]/g, '')}`), 'text') ?? '') + signedParams(params);
  return createHash('sha256').update(text.replace(/[=&]/g, '')).digest('hex');
};

/** Form parameters as Twilio signs them: sorted names, each before its values, no boundary anywhere. */
export const signedParams = (params: Params): string =>
  Object.keys(params)
    .sort()
    .flatMap((name) => [...new Set([params[name] ?? ''].flat())].sort().map((value) => name + value))
    .join('');

/** The identity of a JSON delivery as a whole. Its single CloudEvents are stored under their own ids. */
export const jsonEventId = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
