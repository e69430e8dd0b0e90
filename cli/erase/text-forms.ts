/** The shortest base64 text that is decoded: eight digits have eleven characters. */
const base64Run = /[A-Za-z0-9+/_-]{11,}/g;

/** Lenient, unlike `decodeURIComponent`: a `%` that encodes nothing stays. */
const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));

const jsonUnescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, code: string | undefined, character: string | undefined) =>
    code === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );

const entitiesDecoded = (text: string): string =>
  text.replace(
    /&#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}));/gi,
    (whole, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** A run may begin before the base64 text, so every alignment is decoded. */
const base64Decoded = (text: string): readonly string[] =>
  [...text.matchAll(base64Run)].flatMap(([run]) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
  );

/** What a text says if it is encoded: percent, JSON, XML entities, base64 in one line or in several. */
export const decodedForms = (text: string): readonly string[] => {
  const lines = text.replace(/(?:\s|\\r|\\n)+/g, '');
  return [
    ...(text.includes('%') ? [percentDecoded(text)] : []),
    ...(text.includes('\\') ? [jsonUnescaped(text)] : []),
    ...(text.includes('&#') ? [entitiesDecoded(text)] : []),
    ...base64Decoded(text),
    ...(lines === text ? [] : base64Decoded(lines)),
  ].filter((form) => form !== text);
};
