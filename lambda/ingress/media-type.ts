import type { Envelope } from '../shared/envelope';
import type { Route } from '../shared/routes';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from './request';

/** Where a webhook's parameters are. */
export type ParamSource = Envelope['contentType'];
export type BodyFormat = Exclude<ParamSource, 'query'>;

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

/** Decides how a body is read, by its media type alone (never by the presence of `bodySHA256`). */
export const bodyFormat = (
  request: WebhookRequest,
  route: Route,
): { readonly format: BodyFormat } | { readonly rejection: Rejection } => {
  const encoding = (request.header('content-encoding') ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    return reject('unsupported_media_type', 'content-encoding: a compressed body is not read');
  }
  const contentType = request.header('content-type');
  if (contentType === undefined) {
    return request.bodyBytes === 0
      ? { format: 'form' }
      : reject('unsupported_media_type', 'content-type is missing');
  }
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (!parameters.every(isUtf8OrNoCharset)) {
    return reject('unsupported_media_type', 'content-type: the charset is not UTF-8');
  }
  if (type === formType) return { format: 'form' };
  if (type === jsonType && route.acceptsJson) return { format: 'json' };
  return reject('unsupported_media_type', 'content-type is none that this route reads');
};

const isUtf8OrNoCharset = (parameter: string): boolean => {
  const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
  return name !== 'charset' || /^"?utf-?8"?$/.test(value);
};
