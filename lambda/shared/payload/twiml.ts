/** Twilio rejects larger documents with error 11750: https://www.twilio.com/docs/api/errors/11750 */
export const maxTwimlBytes = 64 * 1024;

/** Characters that XML 1.0 cannot represent, even escaped: control characters, lone surrogates, U+FFFE and U+FFFF. */
const illegalInXml = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

export const withoutIllegalCharacters = (text: string): string => text.replace(illegalInXml, '');

/**
 * The TwiML document that sends one message. The same bytes as Twilio's `MessagingResponse`, whose XML library would
 * add 61 kB to ingress's bundle.
 */
export const messageTwiml = (text: string): string => {
  const escaped = withoutIllegalCharacters(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;');
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${escaped}</Message></Response>`;
};
