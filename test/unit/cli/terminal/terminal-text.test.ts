import { createColors } from 'picocolors';
import * as fc from 'fast-check';
import { fieldsText, tableText } from '../../../../cli/terminal/table';
import { clip } from '../../../../characters/display-width';
import { jsonText, terminalLines, terminalText } from '../../../../cli/terminal/terminal-text';
import { anyCharacter } from '../../../helpers/any-character';

/** Written down on its own, not taken from the code: C0, DEL, C1, bidi controls, separators, byte order mark, tags. */
const dangerous =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0001}\u{e0020}-\u{e007f}]/u;
const loneSurrogate = /[\ud800-\udfff]/u;

const dangerousCharacter = fc.oneof(
  fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom('\u061c', '\u200e', '\u202a', '\u202e', '\u2066', '\u2069', '\ufeff', '\ud800', '\u{e0041}'),
);
const hostileText = fc
  .array(fc.oneof(dangerousCharacter, fc.string({ unit: anyCharacter, maxLength: 4 })), { maxLength: 20 })
  .map((parts) => parts.join(''));
const paint = createColors(false);

describe('text for the terminal', () => {
  it('escapes every control and bidi character of a text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(terminalText(text)).not.toMatch(dangerous);
        expect(terminalText(text)).not.toMatch(loneSurrogate);
      }),
    );
  });

  it('escapes them in tables, fields and lines, except for the line breaks between rows', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 2, maxLength: 2 }), ([first = '', second = '']) => {
        const outputs = [
          tableText([{ head: 'A' }, { head: 'B', maxCharacters: 10 }], [[first, second]], { paint }),
          fieldsText([[first, second]], paint),
          terminalLines(`${first}\n${second}`),
        ];
        for (const output of outputs) expect(output.replaceAll('\n', '')).not.toMatch(dangerous);
      }),
    );
  });

  it('keeps a cell on one line, so that a body cannot fake a row', () => {
    const table = tableText([{ head: 'Body' }], [['first\nsecond\r\nthird']], { paint });
    expect(table.split('\n')).toHaveLength(2);
    expect(table).toContain('first\\nsecond\\r\\nthird');
  });

  it('shows the escape sequences of CLI-ANSI escaped', () => {
    expect(terminalText('\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202e')).toBe(
      '\\u001b]52;c;ZXZpbA==\\u0007\\u001b[2J\\u202e',
    );
  });

  it('escapes unassigned code points that are reserved for invisible characters', () => {
    expect(terminalText('a\u2065\u{e0080}b\ufe0f')).toBe('a\\u2065\\u{e0080}b\ufe0f');
  });

  it.each(['héllo 🌍', '👩‍👩‍👧', 'नमस्ते', 'مرحبا', 'می‌خواهم', '漢字'])('leaves %s as it is', (text) => {
    expect(terminalText(text)).toBe(text);
  });

  it('makes JSON that is free of them and parses to the very same value', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = jsonText({ text });
        expect(json.replaceAll('\n', '')).not.toMatch(dangerous);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  it('clips by columns, never in the middle of a character', () => {
    expect(clip('🌍🌍🌍', 6)).toBe('🌍🌍🌍');
    expect(clip('🌍🌍🌍🌍', 6)).toBe('🌍🌍…');
  });
});
