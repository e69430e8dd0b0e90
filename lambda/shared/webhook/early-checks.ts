import { maxGetQueryBytes, maxParams, maxQueryBytes, routes, type Route, type RouteName } from '../contract/routes';
import type { ParamSource } from '../payload/envelope';
import { countParams } from '../payload/form';
import type { WebhookRequest } from '../payload/request';
import { presentedSignature, signatureSettingsHeader, type PresentedSignature } from '../signature/signature';
import { reject, type Rejected } from './rejections';

/** A request that has passed the early checks: size, media type and signature header are valid. */
export interface UnverifiedWebhook {
  readonly route: RouteName;
  readonly format: ParamSource;
  readonly signature: PresentedSignature;
  /** Verbatim, without `?`. */
  readonly query: string;
  /** Empty where the parameters are in the query. */
  readonly body: Buffer;
}

export interface EarlyCheckOptions {
  /** Whether GET webhooks are accepted as well as POST. @default false */
  readonly acceptGet?: boolean | undefined;
  /** The custom domain, in lower case: the only host name that is accepted. @default any host name */
  readonly expectedDomainName?: string | undefined;
}

/** Checks that need no secret, no parsing and no HMAC, cheapest first. */
export const checkBeforeVerification = (
  request: WebhookRequest,
  { acceptGet, expectedDomainName }: EarlyCheckOptions,
): UnverifiedWebhook | Rejected => {
  if (request.route === undefined) {
    return reject('internal_error', 'the code does not know this route: deploy stack and code together');
  }
  const isGet = acceptGet === true && request.method === 'GET';
  if (!isGet && request.method !== 'POST') return reject('method_not_allowed');
  const route = routes[request.route];
  const tooLarge = isGet
    ? // The body of a GET is not signed, so it must be empty.
      checkSize(request, 0, maxGetQueryBytes)
    : checkSize(request, route.maxBodyBytes, maxQueryBytes);
  if (tooLarge !== undefined) return tooLarge;
  const media = isGet ? { format: 'query' as const } : parseContentType(request, route);
  if ('rejection' in media) return media;
  const header = request.header('x-twilio-signature') ?? '';
  if (header === '') return reject('signature_missing');
  const signature = presentedSignature(header, request.header(signatureSettingsHeader));
  if (signature === undefined) {
    return reject(
      'signature_mismatch',
      'the header is not the base64 of 20 or 32 bytes, or the settings header names another algorithm',
    );
  }
  // The signature is checked over the configured URL, so it does not prove which host name the request used.
  if (expectedDomainName !== undefined && request.domainName !== expectedDomainName) {
    return reject('signature_mismatch', 'the host name is not the custom domain');
  }
  const body = request.readBody();
  if (body === undefined) return reject('malformed_request', "the event's body is not base64");
  // The cost of parsing and signing grows with the number of parameters, so many tiny ones are too large, too.
  if (media.format === 'form' && countParams(body) > maxParams) {
    return reject('payload_too_large', 'the number of form parameters');
  }
  return { route: request.route, format: media.format, signature, query: request.query, body };
};

const checkSize = (
  request: WebhookRequest,
  bodyBytesAllowed: number,
  queryBytesAllowed: number,
): Rejected | undefined => {
  if (request.bodyBytes > bodyBytesAllowed) return reject('payload_too_large', 'the body');
  if (Buffer.byteLength(request.query) > queryBytesAllowed) return reject('payload_too_large', 'the query');
  if (countParams(request.query) > maxParams) {
    return reject('payload_too_large', 'the number of query parameters');
  }
  return undefined;
};

const formType = 'application/x-www-form-urlencoded';
/** As Twilio sends it: known without taking it apart. */
const twilioFormType = 'application/x-www-form-urlencoded; charset=UTF-8';
/**
 * The second and third are CloudEvents in structured and batched mode.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
const jsonTypes = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

/** Decides how a body is read by its media type alone: `bodySHA256` in the query makes no difference. */
const parseContentType = (
  request: WebhookRequest,
  route: Route,
): { readonly format: Exclude<ParamSource, 'query'> } | Rejected => {
  const encoding = (request.header('content-encoding') ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    return reject('unsupported_media_type', 'Content-Encoding: the body is compressed');
  }
  const contentType = request.header('content-type');
  if (contentType === twilioFormType) return { format: 'form' };
  if (contentType === undefined) {
    return request.bodyBytes === 0 ? { format: 'form' } : reject('unsupported_media_type', 'Content-Type is missing');
  }
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (!parameters.every(isUtf8OrNoCharset)) {
    return reject('unsupported_media_type', 'Content-Type: the charset is not UTF-8');
  }
  if (type === formType) return { format: 'form' };
  if (!jsonTypes.includes(type)) {
    return reject('unsupported_media_type', 'Content-Type is neither a form nor JSON');
  }
  return route.acceptsJson ? { format: 'json' } : reject('unsupported_media_type', 'this route does not read JSON');
};

const isUtf8OrNoCharset = (parameter: string): boolean => {
  const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
  return name !== 'charset' || /^"?utf-?8"?$/.test(value);
};
