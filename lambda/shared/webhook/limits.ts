import { countParams } from '../payload/form';
import { maxParams } from '../contract/routes';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from '../payload/request';

/** Limits that need no decoding. */
export const checkSize = (
  request: WebhookRequest,
  { maxBodyBytes, maxQueryBytes }: { readonly maxBodyBytes: number; readonly maxQueryBytes: number },
): { readonly rejection: Rejection } | undefined => {
  if (request.bodyBytes > maxBodyBytes) return reject('payload_too_large', 'the body');
  if (Buffer.byteLength(request.query) > maxQueryBytes) return reject('payload_too_large', 'the query');
  if (countParams(request.query) > maxParams) {
    return reject('payload_too_large', 'the number of query parameters');
  }
  return undefined;
};

/** Parsing and signing cost by the parameter, so a form of many tiny ones is large, too. */
export const checkParamCount = (form: Buffer): { readonly rejection: Rejection } | undefined =>
  countParams(form) > maxParams ? reject('payload_too_large', 'the number of form parameters') : undefined;
