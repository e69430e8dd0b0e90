/** The shortest base64 text that is decoded: eight digits have eleven characters. */
const base64Run = /[A-Za-z0-9+/_-]{11,}/g;
/** SIDs and hashes. Base64 of a number, also of an encoded one, has capital letters throughout. */
const sidOrHash = /^(?:[A-Z]{2}[0-9a-f]{32}|[0-9a-f]+)$/;
/** A line break, also one that is encoded for JSON or a form, once or more. */
const lineBreak = /[\r\n]|\\+[rn]|%(?:25)*0[AaDd]/g;

/** Lenient, unlike `decodeURIComponent`: a `%` that encodes nothing stays. */
const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

const jsonUnescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, code: string | undefined, character = '') =>
    code === undefined ? (controls[String(character)] ?? String(character)) : String.fromCharCode(parseInt(code, 16)),
  );

const entitiesDecoded = (text: string): string =>
  text.replace(
    /&#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}));/gi,
    (whole, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** Digits and signs as East Asian keyboards write them, as wide as a character. */
const fullWidth = /[\uff10-\uff19]/;

/** Marks where a text was cut: digits next to it may be part of a longer number. */
export const cut = '\ue000';

const lineBefore = new RegExp(`(?:[A-Za-z0-9+/_-]\\n+|${cut})$`);
const lineAfter = /^\n+[A-Za-z0-9+/_-]/;
/** A shorter line is not part of a wrapped base64 text, which usually has lines of 64 or 76 characters. */
const minLineLength = 16;

/**
 * A run may begin before the base64 text, so every alignment is decoded. A run that may be one of several lines gets
 * `cut` at that end.
 */
const base64Decoded = (text: string): readonly string[] =>
  [...text.matchAll(base64Run)].flatMap(({ 0: run, index }) => {
    if (sidOrHash.test(run)) return [];
    const before = lineBefore.test(text.slice(Math.max(0, index - 5), index)) ? cut : '';
    const rest = text.slice(index + run.length, index + run.length + 5);
    const after = rest.startsWith(cut) || (run.length >= minLineLength && lineAfter.test(rest)) ? cut : '';
    return [0, 1, 2, 3].map((from) => `${before}${Buffer.from(run.slice(from), 'base64').toString('latin1')}${after}`);
  });

/** A text decoded from each encoding: percent, JSON, XML entities, full-width, base64 in one line or in several. */
export const decodedForms = (text: string): readonly string[] => {
  const lines = text.replace(lineBreak, '\n');
  const inOneLine = lines.replaceAll('\n', '');
  return [
    ...(text.includes('%') ? [percentDecoded(text)] : []),
    ...(text.includes('\\') ? [jsonUnescaped(text)] : []),
    ...(text.includes('&#') ? [entitiesDecoded(text)] : []),
    ...(fullWidth.test(text) ? [text.normalize('NFKC')] : []),
    ...base64Decoded(lines),
    ...(inOneLine === lines ? [] : base64Decoded(inOneLine)),
  ].filter((form) => form !== text);
};
