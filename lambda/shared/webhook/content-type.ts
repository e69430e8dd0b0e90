import type { Envelope } from '../payload/envelope';
import type { Route } from '../contract/routes';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from '../payload/request';

/** Where a webhook's parameters are. */
export type ParamSource = Envelope['contentType'];
export type BodyFormat = Exclude<ParamSource, 'query'>;

const formType = 'application/x-www-form-urlencoded';
/**
 * The second and third are CloudEvents in structured and batched mode.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
const jsonTypes = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

/** Decides how a body is read, by its media type alone (never by the presence of `bodySHA256`). */
export const parseContentType = (
  request: WebhookRequest,
  route: Route,
): { readonly format: BodyFormat } | { readonly rejection: Rejection } => {
  const encoding = (request.header('content-encoding') ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    return reject('unsupported_media_type', 'Content-Encoding: the body is compressed');
  }
  const contentType = request.header('content-type');
  if (contentType === undefined) {
    return request.bodyBytes === 0
      ? { format: 'form' }
      : reject('unsupported_media_type', 'Content-Type is missing');
  }
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (!parameters.every(isUtf8OrNoCharset)) {
    return reject('unsupported_media_type', 'Content-Type: the charset is not UTF-8');
  }
  if (type === formType) return { format: 'form' };
  if (!jsonTypes.includes(type)) {
    return reject('unsupported_media_type', 'Content-Type is neither a form nor JSON');
  }
  return route.acceptsJson
    ? { format: 'json' }
    : reject('unsupported_media_type', 'this route does not read JSON');
};

const isUtf8OrNoCharset = (parameter: string): boolean => {
  const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
  return name !== 'charset' || /^"?utf-?8"?$/.test(value);
};
