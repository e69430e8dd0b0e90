import { clip, textPieces } from '../../../../console/page/src/text/visible-text';
import { terminalText } from '../../../../cli/terminal/terminal-text';

describe('text of strangers', () => {
  test('shows a character that reorders text as an escape with its name', () => {
    expect(textPieces('abc\u202edef')).toEqual([
      { text: 'abc', escaped: null },
      { text: '\\u202e', escaped: 'U+202E right-to-left override' },
      { text: 'def', escaped: null },
    ]);
  });

  test('keeps markup, right-to-left letters and emoji families as they are', () => {
    for (const text of ['<script>alert(1)</script>', 'مرحبا', '👨\u200d👩\u200d👧', 'a&amp;b']) {
      expect(textPieces(text)).toEqual([{ text, escaped: null }]);
    }
  });

  test('keeps line breaks only where lines are wanted', () => {
    expect(textPieces('a\r\nb\nc', true).map(({ text }) => text)).toEqual(['a\r\nb\nc']);
    expect(textPieces('a\nb').map(({ text }) => text)).toEqual(['a', '\\n', 'b']);
    expect(textPieces('a\rb', true).map(({ text }) => text)).toEqual(['a', '\\r', 'b']);
  });

  test('escapes what the terminal escapes, in the same way', () => {
    const codes = [...Array(0x3000).keys(), 0xd800, 0xdfff, 0xfeff, 0xfff9, 0x1f600, 0xe0001];
    const texts = codes.map((code) => `a${String.fromCodePoint(code)}b`);
    const pieces = texts.map((text) =>
      textPieces(text)
        .map((piece) => piece.text)
        .join(''),
    );
    expect(pieces).toEqual(texts.map(terminalText));
  });

  test('is cut between characters, never inside one', () => {
    expect(clip('😀'.repeat(1_600), 3)).toBe('😀😀…');
    expect(clip('😀😀😀', 3)).toBe('😀😀😀');
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('abc', 4)).toBe('abc');
  });
});
