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

/** What identifies a webhook, and what the consumer builds its item of. Everything else may come and go. */
const fields: Readonly<Record<WebhookKind, readonly Field[]>> = {
  message: [accountSid, messageSid, { name: 'From' }, { name: 'To' }, { name: 'Body' }, { name: 'NumMedia' }],
  status: [
    accountSid,
    messageSid,
    // A status that we do not know yet is kept as history, but not anything at all.
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
  return undefined;
};

/** Form parameters glued to the end of the query have the signature that they had in the body. */
const gluedForm = /AccountSidAC[0-9a-fA-F]{32}/;

export const checkQuery = (query: string): { readonly rejection: Rejection } | undefined => {
  const params = parseForm(query);
  const texts = Object.entries(params).flat(2);
  if (texts.some((text) => gluedForm.test(text))) {
    return reject('malformed_request', 'the query holds form parameters');
  }
  return typeof (params['bodySHA256'] ?? '') === 'string'
    ? undefined
    : reject('malformed_request', 'bodySHA256 is repeated');
};
