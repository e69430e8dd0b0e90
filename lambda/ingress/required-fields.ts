import { signedParams } from '../shared/event-id';
import { parseForm, type Params } from '../shared/form';
import type { WebhookKind } from '../shared/routes';
import { isAccountSid, isMessageSid, isUsageTriggerSid } from '../shared/sid';
import { reject, type Rejection } from './rejections';

interface Field {
  readonly name: string;
  readonly optional?: boolean;
  /** Undefined: any text, also none. */
  readonly isWellFormed?: (value: string) => boolean;
}

const accountSid: Field = { name: 'AccountSid', isWellFormed: isAccountSid };
const messageSid: Field = { name: 'MessageSid', isWellFormed: isMessageSid };
const matches = (form: RegExp) => (value: string) => form.test(value);

/** A number, if need be with its channel before it, is nothing but that; other addresses (RCS agents, sender names) have no form. */
const isAddress = (value: string): boolean =>
  /^(?:[a-z]+:)?\+?\d/.test(value)
    ? /^(?:[a-z]+:)?\+?\d{1,32}$/.test(value)
    : !/(?:From|To)(?:City|Country|State|Zip)|Media(?:ContentType|Url)\d|MessageSid/.test(value);

/** What identifies a webhook, and what the consumer builds its item of. Everything else may come and go. */
const fields: Readonly<Record<WebhookKind, readonly Field[]>> = {
  message: [
    accountSid,
    messageSid,
    { name: 'From', isWellFormed: isAddress },
    { name: 'To', isWellFormed: isAddress },
    { name: 'Body' },
    { name: 'NumMedia', isWellFormed: matches(/^\d{1,3}$/) },
  ],
  status: [
    accountSid,
    messageSid,
    // A status that we do not know yet is kept as history, but not anything at all.
    { name: 'MessageStatus', isWellFormed: matches(/^[a-z][a-z_-]{0,63}$/) },
    { name: 'ErrorCode', optional: true, isWellFormed: matches(/^\d{0,10}$/) },
  ],
  usage: [
    accountSid,
    { name: 'UsageTriggerSid', isWellFormed: isUsageTriggerSid },
    { name: 'IdempotencyToken', isWellFormed: matches(/^[\x20-\x7e]{1,512}$/) },
  ],
  event: [accountSid],
};

/**
 * Where the identity of a webhook stands in the text that Twilio signs. The text has no boundaries, so it is the same for every request
 * that a captured signature fits; what the parameters say must be what the text says.
 */
const inSignedText: Readonly<Record<WebhookKind, Readonly<Record<string, RegExp>>>> = {
  message: {},
  status: { ErrorCode: /ErrorCode(\d*)/, MessageStatus: /MessageStatus([a-z_-]*)/ },
  usage: {
    IdempotencyToken:
      /IdempotencyToken(.*?)(?:Recurring|TriggerBy|TriggerValue|UsageCategory|UsageRecordUri|UsageTriggerSid|$)/,
  },
  event: {},
};

/**
 * Checked after the signature, and part of security: Twilio signs names and values without a boundary between them, so
 * a captured signature also fits requests whose boundaries were moved, e.g. `MessageSi=dSM…`.
 */
export const checkFields = (
  kind: WebhookKind,
  params: Params,
): { readonly rejection: Rejection } | undefined => {
  for (const { name, optional, isWellFormed } of fields[kind]) {
    const value = params[name];
    if (value === undefined) {
      if (optional === true) continue;
      return reject('missing_required_field', `${name} is missing`);
    }
    if (typeof value !== 'string') return reject('duplicate_identity_field', `${name} is repeated`);
    if (isWellFormed?.(value) === false) return reject('malformed_request', `${name} is malformed`);
  }
  const text = signedParams(params);
  for (const [name, form] of Object.entries(inSignedText[kind])) {
    if (form.exec(text)?.[1] !== params[name]) {
      return reject('malformed_request', `the boundary of ${name} was moved`);
    }
  }
  return undefined;
};

/** Form parameters glued to the end of the query have the signature that they had in the body. */
const gluedForm = /AccountSidAC[0-9a-fA-F]{32}/;

/**
 * What else a signature fits: Twilio signs the query as text, whether it is the webhook itself (a GET) or what a person
 * configured, in front of a signed body.
 */
export const checkQuery = (
  query: string,
  { isGet = false, acceptGet = false }: { readonly isGet?: boolean; readonly acceptGet?: boolean } = {},
): { readonly rejection: Rejection } | undefined => {
  const params = parseForm(query);
  const texts = Object.entries(params).flat(2);
  // Where GETs are accepted, the first part of one can be posted with the rest of it as the form.
  if (texts.some((text) => gluedForm.test(text)) || (acceptGet && !isGet && 'AccountSid' in params)) {
    return reject('malformed_request', 'the query holds form parameters');
  }
  return isGet || typeof (params['bodySHA256'] ?? '') === 'string'
    ? undefined
    : reject('malformed_request', 'bodySHA256 is repeated');
};
