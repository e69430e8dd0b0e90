/**
 * Everything that can move the cursor, write to the clipboard or reorder text: control and format characters (including
 * bidi overrides and isolates), line and paragraph separators, lone surrogates. The joiners stay: emoji families,
 * Persian and Hindi need them, and they hide nothing.
 */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeCharacter = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return shortEscapes[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`);
};

/** Escapes untrusted text, so that a terminal prints it on one line and interprets nothing in it. */
export const terminalText = (text: string): string => text.replace(unsafe, escapeCharacter);

/** As `terminalText`, but keeps line breaks: for our own texts of several lines. */
export const terminalLines = (text: string): string => text.split('\n').map(terminalText).join('\n');

/** JSON that is safe on a terminal and parses to exactly the given value. */
export const jsonText = (value: unknown): string => safeJson(JSON.stringify(value, null, 2));

/** As `jsonText`, on one line. */
export const jsonLine = (value: unknown): string => safeJson(JSON.stringify(value));

const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
