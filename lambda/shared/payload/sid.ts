/**
 * Twilio's string identifiers: two letters of type and 32 hexadecimal digits.
 * The forms are checked after the signature, because the signature binds names and values without a
 * boundary between them: `MessageSid=SM…` and `MessageSi=dSM…` have the same signature.
 */
const sid = (prefixes: string) => new RegExp(`^(?:${prefixes})[0-9a-fA-F]{32}$`);

const accountSid = sid('AC');
const messageSid = sid('SM|MM');
const usageTriggerSid = sid('UT');

export const isAccountSid = (value: unknown): value is string =>
  typeof value === 'string' && accountSid.test(value);

export const isMessageSid = (value: unknown): value is string =>
  typeof value === 'string' && messageSid.test(value);

export const isUsageTriggerSid = (value: unknown): value is string =>
  typeof value === 'string' && usageTriggerSid.test(value);
