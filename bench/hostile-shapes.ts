/** Bodies and queries that are expensive for their size, within the limits of the HTTP API and of ingress. */
export interface Shape {
  readonly name: string;
  readonly part: 'body' | 'query';
  /** A text of about this many bytes. */
  readonly make: (bytes: number) => string;
}

/** The most parameters that ingress parses. It rejects a request with more. */
const maxParams = 256;
const filled = (unit: string, bytes: number): string => unit.repeat(Math.floor(bytes / unit.length));
const identity = `AccountSid=AC${'1'.repeat(32)}`;

/** Parameters of equal length, with names and values from their index. */
const params = (bytes: number, pair: (index: number, valueBytes: number) => string, count = maxParams - 1): string => {
  const each = Math.floor((bytes - identity.length) / count) - 1;
  return [identity, ...Array.from({ length: count }, (_, index) => pair(index, each))].join('&');
};
const value = (unit: string) => (bytes: number) => `${identity}&x=${filled(unit, bytes - identity.length - 3)}`;
const named = (name: (index: number) => string, unit: string) => (bytes: number) =>
  params(bytes, (index, each) => `${name(index)}=${filled(unit, each - name(index).length - 1)}`);

/** A benign body of the same size. */
export const benign: Shape = { name: 'one long text', part: 'body', make: value('a') };

export const shapes: readonly Shape[] = [
  { name: 'one value of +', part: 'body', make: value('+') },
  { name: 'one value of escapes', part: 'body', make: value('%41') },
  { name: 'one value of escaped UTF-8', part: 'body', make: value('%F0%9F%98%80') },
  { name: 'one value of invalid UTF-8', part: 'body', make: value('%FF') },
  { name: 'one value of bad escapes', part: 'body', make: value('%zz') },
  { name: 'one value of percent signs', part: 'body', make: value('%') },
  { name: 'one value of =', part: 'body', make: value('=') },
  { name: 'one value of quotes, which JSON escapes', part: 'body', make: value('%22') },
  { name: 'one value of control characters', part: 'body', make: value('%01') },
  {
    name: 'a name and no value',
    part: 'body',
    make: (bytes) => `${identity}&${filled('n', bytes - identity.length - 1)}`,
  },
  { name: 'many names', part: 'body', make: named((index) => `n${index}`, 'a') },
  { name: 'many names in falling order', part: 'body', make: named((index) => `n${999 - index}`, 'a') },
  { name: 'one name many times', part: 'body', make: named(() => 'n', 'a') },
  {
    name: 'one name many times, all different',
    part: 'body',
    make: (bytes) => params(bytes, (index, each) => `n=${index}${filled('b', each - 6)}`),
  },
  { name: 'AccountSid many times', part: 'body', make: named(() => 'AccountSid', 'a') },
  {
    name: 'names with a long common beginning',
    part: 'body',
    make: (bytes) => params(bytes, (index, each) => `${filled('n', each - 5)}${index}=`),
  },
  { name: 'integer names', part: 'body', make: named((index) => String(index * 65_536), 'a') },
  { name: 'names of Object.prototype', part: 'body', make: named((index) => `__proto__${index}`, 'a') },
  { name: 'many values of invalid UTF-8', part: 'body', make: named((index) => `n${index}`, '%FF') },
  { name: 'many values of bad escapes', part: 'body', make: named((index) => `n${index}`, '%zz') },
  { name: 'a query of invalid UTF-8', part: 'query', make: (bytes) => `q=${filled('%FF', bytes - 2)}` },
  {
    name: 'a query of many names',
    part: 'query',
    make: (bytes) => params(bytes, (index) => `q${index}=1`, 250),
  },
  { name: 'a query of bad escapes', part: 'query', make: (bytes) => `q=${filled('%zz', bytes - 2)}` },
  { name: 'a query of apostrophes', part: 'query', make: (bytes) => `q=${filled("'", bytes - 2)}` },
];
