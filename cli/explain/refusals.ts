import { countParams, parseForm, type Params } from '../../lambda/shared/form';
import {
  maxParams,
  maxQueryBytes,
  routes,
  type RouteName,
  type WebhookKind,
} from '../../lambda/shared/routes';
import { isAccountSid, isMessageSid, isUsageTriggerSid } from '../../lambda/shared/sid';
import { headerOf, type Capture } from './capture';
import type { Cause, CauseId } from './findings';
import { isObject, parseJson, textIn } from './json-fields';

/*
 * What ingress refuses beside the signature. Its own checks are in lambda/ingress, which the CLI may not import; a test
 * sends the same requests through both and compares.
 */

/** An answer other than 2xx, with the reason of ingress's log. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly cause: Cause;
}

const refusal = (status: number, id: CauseId, about: string): Refusal => ({
  status,
  reason: id.replaceAll('-', '_'),
  cause: { id, about },
});

export type BodyFormat = 'form' | 'json';

const isUtf8OrNoCharset = (parameter: string): boolean => {
  const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
  return name !== 'charset' || /^"?utf-?8"?$/.test(value);
};

/** How ingress would read the body; a text says why it would not. */
export const bodyFormat = (capture: Capture, route: RouteName): BodyFormat | { readonly because: string } => {
  const encoding = (headerOf(capture, 'content-encoding') ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity')
    return { because: 'the body is compressed (Content-Encoding)' };
  const contentType = headerOf(capture, 'content-type');
  if (contentType === undefined) {
    return capture.body.length === 0 ? 'form' : { because: 'Content-Type is missing' };
  }
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (!parameters.every(isUtf8OrNoCharset)) return { because: 'the charset is not UTF-8' };
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type !== 'application/json') return { because: 'Content-Type is neither a form nor JSON' };
  return routes[route].acceptsJson ? 'json' : { because: `JSON is not read on /${route}` };
};

/** What is refused before the signature header is looked at, in ingress's order; the first is the answer. */
export const refusalsBeforeSignature = (capture: Capture, route: RouteName): readonly Refusal[] => {
  const query = capture.url.query ?? '';
  const format = bodyFormat(capture, route);
  const tooLarge = (about: string) => refusal(413, 'payload-too-large', about);
  return [
    ...(capture.method === 'POST' ? [] : [refusal(405, 'method-not-allowed', shownMethod(capture.method))]),
    ...(capture.body.length > routes[route].maxBodyBytes ? [tooLarge('the body')] : []),
    ...(Buffer.byteLength(query) > maxQueryBytes ? [tooLarge('the query')] : []),
    ...(countParams(query) > maxParams ? [tooLarge('the number of query parameters')] : []),
    ...(typeof format === 'string' ? [] : [refusal(415, 'unsupported-media-type', format.because)]),
  ];
};

const shownMethod = (method: string): string =>
  /^[A-Z]{1,20}$/.test(method) ? method : 'request of an unusual method';

/** A form with too many parameters is refused after the header was looked at, before it is parsed. */
export const refusalOfParamCount = (capture: Capture, route: RouteName): Refusal | undefined =>
  bodyFormat(capture, route) !== 'json' && countParams(capture.body) > maxParams
    ? refusal(413, 'payload-too-large', 'the number of form parameters')
    : undefined;

interface Field {
  readonly name: string;
  readonly optional?: boolean;
  readonly isWellFormed?: (value: string) => boolean;
}
const accountSid: Field = { name: 'AccountSid', isWellFormed: isAccountSid };
const messageSid: Field = { name: 'MessageSid', isWellFormed: isMessageSid };
const matches = (form: RegExp) => (value: string) => form.test(value);

const fields: Readonly<Record<WebhookKind, readonly Field[]>> = {
  message: [accountSid, messageSid, ...['From', 'To', 'Body', 'NumMedia'].map((name) => ({ name }))],
  status: [
    accountSid,
    messageSid,
    { name: 'MessageStatus', isWellFormed: matches(/^[A-Za-z_-]{1,64}$/) },
    { name: 'ErrorCode', optional: true, isWellFormed: matches(/^\d{0,10}$/) },
  ],
  usage: [
    accountSid,
    { name: 'UsageTriggerSid', isWellFormed: isUsageTriggerSid },
    { name: 'IdempotencyToken', isWellFormed: matches(/^[\x20-\x7e]{1,512}$/) },
  ],
  event: [accountSid],
};

const fieldRefusal = (params: Params, { name, optional, isWellFormed }: Field): Refusal | undefined => {
  const value = params[name];
  if (value === undefined) {
    return optional === true ? undefined : refusal(400, 'missing-required-field', `${name} is missing`);
  }
  if (typeof value !== 'string') return refusal(400, 'duplicate-identity-field', `${name} is repeated`);
  return isWellFormed?.(value) === false
    ? refusal(400, 'malformed-request', `${name} is malformed`)
    : undefined;
};

const queryRefusal = (query: string): Refusal | undefined => {
  const params = parseForm(query);
  if (
    Object.entries(params)
      .flat(2)
      .some(matches(/AccountSidAC[0-9a-fA-F]{32}/))
  ) {
    return refusal(400, 'malformed-request', 'the query holds form parameters');
  }
  return Array.isArray(params['bodySHA256'])
    ? refusal(400, 'malformed-request', 'bodySHA256 is repeated')
    : undefined;
};

const jsonRefusal = (body: Buffer): Refusal | undefined => {
  const value = parseJson(body.toString('utf8'));
  if (value === undefined) return refusal(400, 'malformed-request', 'the body is not JSON');
  if (typeof value !== 'object' || value === null) {
    return refusal(400, 'malformed-request', 'the JSON body is neither an object nor an array');
  }
  const hasId = (event: unknown): boolean => {
    const id = isObject(event) ? textIn(event, 'id') : undefined;
    return id !== undefined && id !== '' && id.length <= 512;
  };
  return Array.isArray(value) && !value.every(hasId)
    ? refusal(400, 'malformed-request', 'an element of the batch has no id of 1 to 512 characters')
    : undefined;
};

/** What is refused although the signature is right. */
export const refusalsAfterSignature = (
  route: RouteName,
  query: string,
  content: { readonly params: Params } | { readonly json: Buffer },
): readonly Refusal[] => {
  const ofContent =
    'json' in content
      ? [jsonRefusal(content.json)]
      : fields[routes[route].kind].map((field) => fieldRefusal(content.params, field));
  return [queryRefusal(query), ...ofContent].filter((one) => one !== undefined);
};
