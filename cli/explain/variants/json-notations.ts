import { isObject } from '../../json-fields';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
};

/** Python's notation: a space after every comma and colon outside strings. */
const spaced = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) => (part.length > 1 ? part : `${part} `));

const asciiOnly = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const notations: readonly (readonly [about: string, write: (value: unknown) => string])[] = [
  ['without white space', (value) => JSON.stringify(value)],
  ['with spaces behind commas and colons', (value) => spaced(JSON.stringify(value))],
  ['indented by two', (value) => JSON.stringify(value, null, 2)],
  ['indented by four', (value) => JSON.stringify(value, null, 4)],
  ['members sorted', (value) => JSON.stringify(sorted(value))],
];
const finishes: readonly (readonly [about: string, write: (json: string) => string])[] = [
  ['', (json) => json],
  ['only ASCII', asciiOnly],
  ['slashes escaped', (json) => json.replaceAll('/', '\\/')],
  ['slashes escaped, only ASCII', (json) => asciiOnly(json.replaceAll('/', '\\/'))],
];

/** The same JSON in the notations of other programs, and with other line ends. Empty for malformed JSON. */
export const jsonNotations = (body: Buffer): readonly (readonly [about: string, bytes: Buffer])[] => {
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const written = notations.flatMap(([aboutNotation, notation]) =>
    finishes.map(([aboutFinish, finish]): readonly [string, string] => [
      [aboutNotation, aboutFinish].filter(Boolean).join(', '),
      finish(notation(value)),
    ]),
  );
  const ends: readonly (readonly [string, string])[] = [
    ['without line break at the end', text.replace(/\s+$/, '')],
    ['with a line break at the end', `${text}\n`],
    ['with Unix line breaks', text.replaceAll('\r\n', '\n')],
    ['with Windows line breaks', text.replace(/\r?\n/g, '\r\n')],
    ['without byte order mark', text.replace(/^\ufeff/, '')],
  ];
  return [...written, ...ends].filter(([, json]) => json !== text).map(([about, json]) => [about, Buffer.from(json)]);
};
