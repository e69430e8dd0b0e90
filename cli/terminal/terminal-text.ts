import { unsafeCharacters, visibleText } from '../../characters/visible-text';

/** Untrusted text for a terminal, on one line. */
export const terminalText = visibleText;

/** As `terminalText`, but keeps line breaks: for our own texts of several lines. */
export const terminalLines = (text: string): string => text.split('\n').map(terminalText).join('\n');

/** JSON that is safe on a terminal and parses to exactly the given value. */
export const jsonText = (value: unknown): string => safeJson(JSON.stringify(value, null, 2));

/** As `jsonText`, on one line. */
export const jsonLine = (value: unknown): string => safeJson(JSON.stringify(value));

const safeJson = (json: string): string =>
  json.replace(unsafeCharacters, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
