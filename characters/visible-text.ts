/**
 * Everything that can move the cursor, write to the clipboard or reorder text: control and format characters (including
 * bidi overrides and isolates), line and paragraph separators, lone surrogates, and the unassigned code points that
 * Unicode reserves for invisible characters, such as U+2065. The joiners are not among them: emoji families, Persian
 * and Hindi need them, and they hide nothing.
 */
export const unsafeCharacters = /(?![\u200c\u200d])(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?=\p{DI})\p{Cn})/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Such as `\n`, `\u202e` or `\u{e0001}`. */
export const escapeCharacter = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return shortEscapes[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`);
};

/** Untrusted text on one line, with unsafe characters as escapes: nothing interprets them, and a person sees them. */
export const visibleText = (text: string): string => text.replace(unsafeCharacters, escapeCharacter);
