import { CliError } from '../../terminal/cli-error';

/** One character per byte, so that a command is split without decoding it. */
export type ByteText = string;

const refuse = (what: string): CliError =>
  new CliError(
    `The curl command has ${what}, but no shell runs it. Pass one plain command with quoted arguments, as a ` +
      'browser\'s "Copy as cURL (bash)" creates.',
    2,
  );

const ansiEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const utf8Bytes = (codePoint: number): ByteText =>
  Buffer.from(String.fromCodePoint(Math.min(codePoint, 0x10ffff))).toString('latin1');

/** Browsers escape an emoji as two UTF-16 units, which bash would not join. */
const joinedSurrogates = (quoted: ByteText): ByteText =>
  quoted.replace(
    /\\u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/gi,
    (_, high: string, low: string) =>
      `\\U${(0x10000 + ((Number.parseInt(high, 16) - 0xd800) << 10) + Number.parseInt(low, 16) - 0xdc00).toString(16)}`,
  );

/** The text of bash's `$'…'`, without the quotes. */
const ansiText = (quoted: ByteText): ByteText =>
  joinedSurrogates(quoted).replace(
    /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|([\s\S]))/g,
    (
      whole: string,
      byte: string | undefined,
      short: string | undefined,
      long: string | undefined,
      octal: string | undefined,
      letter: string | undefined,
    ) => {
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
      const codePoint = short ?? long;
      if (codePoint !== undefined) return utf8Bytes(Number.parseInt(codePoint, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return ansiEscapes[letter ?? ''] ?? (/[\\'"?]/.test(letter ?? '') ? (letter ?? '') : whole);
    },
  );

/** Patterns for one piece of a command. */
const pieces: readonly (readonly [RegExp, (text: string) => ByteText])[] = [
  [/\\\r?\n/y, () => ''],
  [/\\([\s\S])/y, (text) => text],
  [/'([^']*)'/y, (text) => text],
  [/\$'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y, ansiText],
  [
    /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y,
    (text) => {
      if (/(?<!\\)(?:\\\\)*(?:`|\$[A-Za-z_{(0-9])/.test(text)) throw refuse('a variable or a command in quotes');
      return text.replace(/\\(\r?\n|["\\$`])/g, (_, escaped: string) => (escaped.endsWith('\n') ? '' : escaped));
    },
  ],
  [/([^\s\\'"$`;|&<>()]+)/y, (text) => text],
  [/(\$)(?![A-Za-z_{(0-9'"])/y, (text) => text],
];

/**
 * Splits one command of a POSIX shell into words and removes quotes. Nothing is expanded or run.
 * @throws CliError for a command that needs more than that
 */
export const shellWords = (command: ByteText): readonly ByteText[] => {
  if (/\s\^"|\^\r?\n/.test(command)) throw refuse('the quotes of the Windows command prompt (^)');
  const words: ByteText[] = [];
  let word: ByteText | undefined;
  let at = 0;
  while (at < command.length) {
    const character = command[at] ?? '';
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      if (character === '\n' && words.length > 0 && /\S/.test(command.slice(at))) {
        throw refuse('more than one command');
      }
      continue;
    }
    let isPiece = false;
    for (const [pattern, textOf] of pieces) {
      pattern.lastIndex = at;
      const match = pattern.exec(command);
      if (match === null) continue;
      // A line continuation does not begin a word.
      if (match[1] !== undefined) word = (word ?? '') + textOf(match[1]);
      at = pattern.lastIndex;
      isPiece = true;
      break;
    }
    if (!isPiece) throw refuse(/['"]/.test(character) ? 'a quote that does not end' : `an unquoted ${character}`);
  }
  return word === undefined ? words : [...words, word];
};
