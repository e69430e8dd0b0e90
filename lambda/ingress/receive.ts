import { routes, type RouteName } from '../shared/routes';
import { isSignatureShaped } from '../shared/signature';
import { bodyFormat, type BodyFormat } from './media-type';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from './request';
import { checkParamCount, checkSize } from './size';

/** A request that is worth a secret, a parse and an HMAC: size, media type and signature header are in order. */
export interface UnverifiedWebhook {
  readonly route: RouteName;
  readonly format: BodyFormat;
  readonly signature: string;
  /** Verbatim, without `?`. */
  readonly query: string;
  readonly body: Buffer;
}

/** Everything that can be decided without them, cheapest first. */
export const receive = (request: WebhookRequest): UnverifiedWebhook | { readonly rejection: Rejection } => {
  if (request.route === undefined) {
    return reject('internal_error', 'the route key is none of this function: deploy stack and code together');
  }
  if (request.method !== 'POST') return reject('method_not_allowed');
  const route = routes[request.route];
  const tooLarge = checkSize(request, route);
  if (tooLarge !== undefined) return tooLarge;
  const media = bodyFormat(request, route);
  if ('rejection' in media) return media;
  const signature = request.header('x-twilio-signature') ?? '';
  if (signature === '') return reject('signature_missing');
  if (!isSignatureShaped(signature)) {
    return reject('signature_mismatch', 'the header is not the base64 of 20 bytes');
  }
  const body = request.readBody();
  if (body === undefined) return reject('malformed_request', "the event's body is not base64");
  if (media.format === 'form') {
    const tooMany = checkParamCount(body);
    if (tooMany !== undefined) return tooMany;
  }
  return { route: request.route, format: media.format, signature, query: request.query, body };
};
