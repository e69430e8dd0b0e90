import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import type { CauseId } from '../findings/findings';
import { mapValues, namesWhere } from './param-values';
import { shownName, withParams, type Variant, type VariantSource } from './variant';

/** WHATWG's windows-1252 decodes every byte; unassigned bytes decode as in ISO-8859-1. */
const windows1252 = new TextDecoder('windows-1252');
const windows1252Bytes = new Map(Array.from({ length: 256 }, (_, byte) => [windows1252.decode(Buffer.of(byte)), byte]));

const brokenLatin1 = (text: string): string => Buffer.from(text).toString('latin1');
const brokenWindows = (text: string): string => windows1252.decode(Buffer.from(text));

/** Undoes both: text that was UTF-8, decoded as ISO-8859-1 or windows-1252. */
const repaired = (text: string): string => {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = code <= 0xff ? code : windows1252Bytes.get(character);
    if (byte === undefined) return text;
    bytes.push(byte);
  }
  return Buffer.from(bytes).toString('utf8');
};

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

/** Changes to every value, with their causes. */
const rewritings: readonly (readonly [change: (value: string) => string, id: CauseId, about?: string])[] = [
  [(value) => value.replaceAll('\r\n', '\n'), 'line-endings', 'CR LF as LF'],
  [(value) => value.replace(/\r?\n/g, '\r\n'), 'line-endings', 'LF as CR LF'],
  [(value) => value.replace(/\r?\n/g, '\r'), 'line-endings', 'LF as CR'],
  [(value) => value.replace(/\r(?!\n)/g, '\n'), 'line-endings', 'CR as LF'],
  [(value) => value.normalize('NFC'), 'body-unicode-form', 'NFC'],
  [(value) => value.normalize('NFD'), 'body-unicode-form', 'NFD'],
  [(value) => value.normalize('NFKC'), 'body-unicode-form', 'NFKC'],
  [repaired, 'body-charset', 'UTF-8 that had been read as ISO-8859-1'],
  [brokenLatin1, 'body-charset', 'ISO-8859-1 instead of UTF-8'],
  [brokenWindows, 'body-charset', 'windows-1252 instead of UTF-8'],
  [urlDecoded, 'params-double-encoded'],
  [htmlDecoded, 'html-escaped'],
  [htmlEncoded, 'html-escaped'],
];

const rewrittenTextVariants: VariantSource = (content) =>
  rewritings.flatMap(([change, id, about]) => {
    const isChanged = namesWhere(content.params, (value) => change(value) !== value).length > 0;
    return isChanged ? [withParams(content, mapValues(content.params, change), id, about)] : [];
  });

/** Other readings of the raw form. */
const rereadFormVariants: VariantSource = (content, { body }) => {
  const form = body.toString('latin1');
  const variants: Variant[] = [];
  if (/%[89a-f]|[\u0080-\u00ff]/i.test(form)) {
    const about = 'escapes of ISO-8859-1 instead of UTF-8';
    variants.push(withParams(content, latin1Form(body), 'body-charset', about));
  }
  if (form.includes('+')) {
    const params = parseForm(Buffer.from(form.replaceAll('+', '%2B'), 'latin1'));
    variants.push(withParams(content, params, 'plus-as-space'));
    // Only the + of phone numbers was lost; spaces that were escaped stay spaces.
    const repairedNumbers = mapValues(content.params, (value) => value.replace(/(^|:) (?=\d{5,15}$)/, '$1+'));
    variants.push(withParams(content, repairedNumbers, 'plus-as-space'));
  }
  return variants;
};

const ends: readonly (readonly [before: string, after: string])[] = [
  ['', ' '],
  ['', '\n'],
  [' ', ''],
  [' ', ' '],
  ['', '\r\n'],
];

const whiteSpaceVariants: VariantSource = (content, _hints, isPaired) => {
  const { params } = content;
  const padded = namesWhere(params, (value) => value.trim() !== value);
  const trimmed = mapValues(params, (value) => value.trim());
  const names = ['Body', ...(isPaired ? [] : Object.keys(params).filter((name) => name !== 'Body'))];
  return [
    ...(padded.length === 0 ? [] : [withParams(content, trimmed, 'white-space', padded.map(shownName).join(', '))]),
    ...names
      .filter((name) => typeof params[name] === 'string')
      .flatMap((name) =>
        ends.map(([before, after]) => ({
          ...withParams(
            content,
            { ...params, [name]: `${before}${String(params[name])}${after}` },
            'white-space',
            shownName(name),
          ),
          aloneOnly: name !== 'Body',
        })),
      ),
  ];
};

/** The text of the parameters. */
export const textVariants: readonly VariantSource[] = [rereadFormVariants, rewrittenTextVariants, whiteSpaceVariants];
