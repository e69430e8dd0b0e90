/**
 * Everything that can move the cursor, write to the clipboard or reorder text: control and format characters, line and
 * paragraph separators, lone surrogates. The joiners stay: emoji families, Persian and Hindi need them.
 */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeCharacter = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return shortEscapes[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`);
};

/** Untrusted text on one line: a terminal interprets nothing in it, and a person sees what was in it. */
export const visibleText = (text: string): string => text.replace(unsafe, escapeCharacter);
