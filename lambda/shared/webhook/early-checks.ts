import { maxGetQueryBytes, maxQueryBytes, routes, type RouteName } from '../contract/routes';
import { presentedSignature, signatureSettingsHeader, type PresentedSignature } from '../signature/signature';
import { parseContentType, type ParamSource } from './content-type';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from '../payload/request';
import { checkParamCount, checkSize } from './limits';

/** A request that is worth a secret, a parse and an HMAC: size, media type and signature header are in order. */
export interface UnverifiedWebhook {
  readonly route: RouteName;
  readonly format: ParamSource;
  readonly signature: PresentedSignature;
  /** Verbatim, without `?`. */
  readonly query: string;
  /** Empty where the parameters are in the query. */
  readonly body: Buffer;
}

/** What a stage accepts beside a POST to any host name. */
export interface ReceiveOptions {
  /** @default false */
  readonly acceptGet?: boolean | undefined;
  /** The custom domain, in lower case, which alone may be called. @default any host name */
  readonly expectedDomainName?: string | undefined;
}

/** Everything that can be decided without them, cheapest first. */
export const checkBeforeVerification = (
  request: WebhookRequest,
  { acceptGet, expectedDomainName }: ReceiveOptions,
): UnverifiedWebhook | { readonly rejection: Rejection } => {
  if (request.route === undefined) {
    return reject('internal_error', 'the route key is none of this function: deploy stack and code together');
  }
  const isGet = acceptGet === true && request.method === 'GET';
  if (!isGet && request.method !== 'POST') return reject('method_not_allowed');
  const route = routes[request.route];
  const limits = isGet
    ? // A body of a GET is signed by nobody.
      { maxBodyBytes: 0, maxQueryBytes: maxGetQueryBytes }
    : { maxBodyBytes: route.maxBodyBytes, maxQueryBytes };
  const tooLarge = checkSize(request, limits);
  if (tooLarge !== undefined) return tooLarge;
  const media = isGet ? { format: 'query' as const } : parseContentType(request, route);
  if ('rejection' in media) return media;
  const header = request.header('x-twilio-signature') ?? '';
  if (header === '') return reject('signature_missing');
  const signature = presentedSignature(header, request.header(signatureSettingsHeader));
  if (signature === undefined) {
    return reject(
      'signature_mismatch',
      'the header is not the base64 of 20 or 32 bytes, or its settings differ',
    );
  }
  // The front door refuses other host names by itself; the signature cannot, for it is checked over the configured one.
  if (expectedDomainName !== undefined && request.domainName !== expectedDomainName) {
    return reject('signature_mismatch', 'the host name is not the custom domain');
  }
  const body = request.readBody();
  if (body === undefined) return reject('malformed_request', "the event's body is not base64");
  if (media.format === 'form') {
    const tooMany = checkParamCount(body);
    if (tooMany !== undefined) return tooMany;
  }
  return { route: request.route, format: media.format, signature, query: request.query, body };
};
