import { escapeCharacter, unsafeCharacters } from '../../../../characters/visible-text';

const names: Readonly<Record<string, string>> = {
  '\u0000': 'null character',
  '\u0007': 'bell',
  '\u0008': 'backspace',
  '\u0009': 'tab',
  '\u000a': 'line feed',
  '\u000d': 'carriage return',
  '\u001b': 'escape',
  '\u00ad': 'soft hyphen',
  '\u200b': 'zero width space',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'pop directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'pop directional isolate',
  '\ufeff': 'byte order mark',
};

/** A part of a text: as it is, or an escaped character with its name. */
export interface TextPiece {
  readonly text: string;
  readonly escaped: string | null;
}

const nameOf = (character: string): string => {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = names[character];
  return name === undefined ? `U+${code}` : `U+${code} ${name}`;
};

/** Splits a stranger's text into parts that a page can show. @param keepsLines whether a line break stays one */
export const textPieces = (text: string, keepsLines = false): readonly TextPiece[] => {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(unsafeCharacters)) {
    const [character] = match;
    if (keepsLines && (character === '\n' || (character === '\r' && text[match.index + 1] === '\n'))) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), escaped: null });
    pieces.push({ text: escapeCharacter(character), escaped: nameOf(character) });
    at = match.index + character.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), escaped: null });
  return pieces;
};

/** At most `maxCharacters` code points, with an ellipsis if the text was cut. */
export const clip = (text: string, maxCharacters: number): string => {
  if (text.length <= maxCharacters) return text;
  const characters = Array.from(text.slice(0, (maxCharacters + 1) * 2));
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join('')}…`;
};
