/** Decoded, in the order in which API Gateway gives them. */
export type QueryParameters = readonly (readonly [name: string, value: string])[];

/**
 * The URLs that Twilio may have signed for a handshake. For `wss:` it says to try the URL with a slash at its end, too
 * (https://www.twilio.com/docs/usage/security#a-few-notes); both name the one route there is, so neither admits anything else.
 * The port of the scheme is tried as it is for webhooks, which Twilio signs with or without it; its validator knows `https:` only.
 * @throws URIError for a parameter with half of a surrogate pair
 */
export const signedUrls = (configured: string, query: QueryParameters): readonly string[] => {
  const bare = configured.replace(/\/$/, '');
  const withPort = bare.replace(/^(wss:\/\/(?:\[[^\]]*\]|[^/:]+))(?=\/|$)/i, '$1:443');
  const bases = [...new Set([bare, withPort])].flatMap((base) => [base, `${base}/`]);
  return queryTexts(query).flatMap((text) => bases.map((base) => (text === '' ? base : `${base}?${text}`)));
};

type Escape = (text: string) => string;

/** What both a strict and a lenient writer of URLs must escape in a name or value stays escaped, so each text has one meaning. */
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
 * The query as it may have been written. A WebSocket API hands over decoded parameters, not the text that was signed, so it is
 * written again in the usual ways. All of them parse to the same parameters: none admits anything that was not signed.
 */
const queryTexts = (query: QueryParameters): readonly string[] => {
  const sorted = [...query].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return [
    ...new Set(
      [query, sorted].flatMap((parameters) =>
        escapes.map((escape) =>
          parameters.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&'),
        ),
      ),
    ),
  ];
};
