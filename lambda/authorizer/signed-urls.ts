/** Decoded, in API Gateway's order. */
export type QueryParameters = readonly (readonly [name: string, value: string])[];

/**
 * The URLs that Twilio may have signed for a handshake. Twilio's documentation says to try `wss:` URLs with a trailing
 * slash as well (https://www.twilio.com/docs/usage/security#a-few-notes). The API has one route, so both mean the same.
 * The port is tried as for webhooks, which Twilio signs with or without it; its validator does that for `https:` only.
 * @throws URIError for a parameter with half of a surrogate pair
 */
export const signedUrls = (configured: string, query: QueryParameters): readonly string[] => {
  const bare = configured.replace(/\/$/, '');
  const withPort = bare.replace(/^(wss:\/\/(?:\[[^\]]*\]|[^/:]+))(?=\/|$)/i, '$1:443');
  const bases = [...new Set([bare, withPort])].flatMap((base) => [base, `${base}/`]);
  return queryTexts(query).flatMap((text) => bases.map((base) => (text === '' ? base : `${base}?${text}`)));
};

type Escape = (text: string) => string;

/** Both escape every character that would change how the query parses. */
const strict: Escape = encodeURIComponent;
const lenient: Escape = (text) => strict(text).replace(/%(?:3A|40|2F|3F|2C|3B|24)/g, decodeURIComponent);
const form: Escape = (text) =>
  strict(text).replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const plus =
  (escape: Escape): Escape =>
  (text) =>
    escape(text).replaceAll('%20', '+');
const escapes: readonly Escape[] = [strict, plus(strict), lenient, plus(lenient), plus(form)];

/**
 * The query in its usual spellings. A WebSocket API passes decoded parameters, not the signed text. All spellings parse
 * to the same parameters, so none of them accepts anything that was not signed.
 */
const queryTexts = (query: QueryParameters): readonly string[] => {
  const sorted = [...query].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return [
    ...new Set(
      [query, sorted].flatMap((parameters) =>
        escapes.map((escape) => parameters.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&')),
      ),
    ),
  ];
};
