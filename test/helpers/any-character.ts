import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };
const codePoints = 0x110000 - surrogates.count;

const characterAt = (index: number): string =>
  String.fromCodePoint(index < surrogates.first ? index : index + surrogates.count);

const indexOf = (value: unknown): number => {
  if (typeof value !== 'string') throw new Error('not a character');
  const codePoint = value.codePointAt(0) ?? 0;
  const index = codePoint < surrogates.first ? codePoint : codePoint - surrogates.count;
  if (index >= codePoints || characterAt(index) !== value) throw new Error('not one character');
  return index;
};

/**
 * A unit for `fc.string`: any Unicode character, as with its own unit `binary`, and with a seed the very same texts.
 * fast-check makes a map of its 1.1 million characters in every test file, which takes a second.
 */
export const anyCharacter = fc.nat({ max: codePoints - 1 }).map(characterAt, indexOf);
