import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import type { Cause } from '../findings/findings';
import { mapValues, namesWhere } from './param-values';
import { shownName, type Variant, type VariantSource } from './variant';

/** The 32 characters of windows-1252 that ISO-8859-1 does not have, from 0x80 on; U+FFFD where there is none. */
const windows1252 =
  '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd' +
  '\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178';

/** The text's bytes as a program wrote them that takes it for windows-1252, ISO-8859-1 included. */
const singleBytes = (text: string): Buffer | undefined => {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const special = windows1252.indexOf(character);
    if (code > 0xff && (special === -1 || character === '\ufffd')) return undefined;
    bytes.push(code > 0xff ? 0x80 + special : code);
  }
  return Buffer.from(bytes);
};

/** UTF-8 that was read as single bytes, read rightly. */
const repaired = (text: string): string => singleBytes(text)?.toString('utf8') ?? text;
const brokenLatin1 = (text: string): string => Buffer.from(text).toString('latin1');
const brokenWindows = (text: string): string =>
  brokenLatin1(text).replace(/[\u0080-\u009f]/g, (character) => {
    const special = windows1252[character.charCodeAt(0) - 0x80] ?? character;
    return special === '\ufffd' ? character : special;
  });

/** A form whose escapes are bytes of ISO-8859-1: `%E9` is é. */
const latin1Form = (body: Buffer): Params =>
  parseForm(
    body
      .toString('latin1')
      .replace(/%([89a-f][0-9a-f])/gi, (_, hex: string) =>
        encodeURIComponent(String.fromCharCode(Number.parseInt(hex, 16))),
      )
      .replace(/[\u0080-\u00ff]/g, (character) => encodeURIComponent(character)),
  );

const htmlEscapes: readonly (readonly [RegExp, string, string])[] = [
  [/&lt;/g, '<', '&lt;'],
  [/&gt;/g, '>', '&gt;'],
  [/&quot;|&#34;/g, '"', '&quot;'],
  [/&#0?39;|&apos;|&#x27;/g, "'", '&#39;'],
  [/&#x2f;/gi, '/', '&#x2F;'],
  [/&amp;/g, '&', '&amp;'],
];
const htmlDecoded = (text: string): string =>
  htmlEscapes.reduce((decoded, [entity, character]) => decoded.replace(entity, character), text);
const htmlEncoded = (text: string): string =>
  ['&', '<', '>', '"', "'"].reduce(
    (encoded, character) =>
      encoded.replaceAll(character, htmlEscapes.find(([, one]) => one === character)?.[2] ?? character),
    text,
  );

const urlDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** Changes of every value alike, by the cause they would have. */
const rewritings: readonly (readonly [Cause, (value: string) => string])[] = [
  [{ id: 'line-endings', about: 'CR LF as LF' }, (value) => value.replaceAll('\r\n', '\n')],
  [{ id: 'line-endings', about: 'LF as CR LF' }, (value) => value.replace(/\r?\n/g, '\r\n')],
  [{ id: 'line-endings', about: 'LF as CR' }, (value) => value.replace(/\r?\n/g, '\r')],
  [{ id: 'line-endings', about: 'CR as LF' }, (value) => value.replace(/\r(?!\n)/g, '\n')],
  [{ id: 'body-unicode-form', about: 'NFC' }, (value) => value.normalize('NFC')],
  [{ id: 'body-unicode-form', about: 'NFD' }, (value) => value.normalize('NFD')],
  [{ id: 'body-unicode-form', about: 'NFKC' }, (value) => value.normalize('NFKC')],
  [{ id: 'body-charset', about: 'UTF-8 that had been read as ISO-8859-1' }, repaired],
  [{ id: 'body-charset', about: 'ISO-8859-1 instead of UTF-8' }, brokenLatin1],
  [{ id: 'body-charset', about: 'windows-1252 instead of UTF-8' }, brokenWindows],
  [{ id: 'params-double-encoded' }, urlDecoded],
  [{ id: 'html-escaped' }, htmlDecoded],
  [{ id: 'html-escaped' }, htmlEncoded],
];

export const rewrittenTextVariants: VariantSource = (content) =>
  rewritings.flatMap(([cause, change]): readonly Variant[] => {
    const params = mapValues(content.params, change);
    return namesWhere(content.params, (value) => change(value) !== value).length === 0
      ? []
      : [{ causes: [cause], content: { ...content, params } }];
  });

/** Other readings of the raw form. */
export const rereadFormVariants: VariantSource = (content, { body }) => {
  const form = body.toString('latin1');
  const variants: Variant[] = [];
  if (/%[89a-f]|[\u0080-\u00ff]/i.test(form)) {
    const about = 'escapes of ISO-8859-1 instead of UTF-8';
    variants.push({
      causes: [{ id: 'body-charset', about }],
      content: { ...content, params: latin1Form(body) },
    });
  }
  if (form.includes('+')) {
    const params = parseForm(Buffer.from(form.replaceAll('+', '%2B'), 'latin1'));
    variants.push({ causes: [{ id: 'plus-as-space' }], content: { ...content, params } });
    // Escaped spaces beside it are left alone; numbers of an address alone may be what lost its plus.
    const repairedNumbers = mapValues(content.params, (value) => value.replace(/(^|:) (?=\d{5,15}$)/, '$1+'));
    variants.push({ causes: [{ id: 'plus-as-space' }], content: { ...content, params: repairedNumbers } });
  }
  return variants;
};

const ends: readonly (readonly [before: string, after: string])[] = [
  ['', ' '],
  ['', '\n'],
  [' ', ''],
  [' ', ' '],
  ['', '\r\n'],
  ['', '  '],
  ['\n', ''],
  ['', '\t'],
  ['', '\u00a0'],
];

export const whiteSpaceVariants: VariantSource = (content) => {
  const { params } = content;
  const padded = namesWhere(params, (value) => value.trim() !== value);
  const trimmed: readonly Variant[] =
    padded.length === 0
      ? []
      : [
          {
            causes: [{ id: 'white-space', about: padded.map(shownName).join(', ') }],
            content: { ...content, params: mapValues(params, (value) => value.trim()) },
          },
        ];
  const names = ['Body', ...Object.keys(params).filter((name) => name !== 'Body')];
  const guesses = names
    .filter((name) => typeof params[name] === 'string')
    .flatMap((name) =>
      ends.map(([before, after], at): Variant => ({
        causes: [{ id: 'white-space', about: shownName(name) }],
        content: {
          ...content,
          params: mapValues(params, (value, one) => (one === name ? before + value + after : value)),
        },
        aloneOnly: name !== 'Body' || at > 3,
      })),
    );
  return [...trimmed, ...guesses];
};
