/**
 * Twilio's string identifiers: two letters for the type and 32 hexadecimal digits. They are checked although the
 * webhook is verified, because the signature does not bind the boundary between name and value: `MessageSid=SM…` and
 * `MessageSi=dSM…` have the same one.
 */
const sid = (prefixes: string) => new RegExp(`^(?:${prefixes})[0-9a-fA-F]{32}$`);

const accountSid = sid('AC');
const messageSid = sid('SM|MM');
const usageTriggerSid = sid('UT');

export const isAccountSid = (value: unknown): value is string => typeof value === 'string' && accountSid.test(value);

export const isMessageSid = (value: unknown): value is string => typeof value === 'string' && messageSid.test(value);

export const isUsageTriggerSid = (value: unknown): value is string =>
  typeof value === 'string' && usageTriggerSid.test(value);
