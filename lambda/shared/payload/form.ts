/**
 * Form parameters, not nested: each name has one value, or an array if the name was repeated.
 * The object has no prototype, so `__proto__` and `constructor` are parameters like any other.
 */
export type Params = Readonly<Record<string, string | readonly string[]>>;

/** The value of a hexadecimal digit's character code, or -1. */
const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};

/**
 * Decodes one name or value. Never throws: a malformed escape is not decoded, and invalid UTF-8 becomes U+FFFD,
 * as in the URL standard (https://url.spec.whatwg.org/#urlencoded-parsing). A decoder that throws and is caught
 * costs about 13 µs a value, which a hostile body can ask for hundreds of times.
 * @param isAscii without any byte above 0x7f; most names and values then need no decoding
 */
const decode = (latin1: string, isAscii: boolean): string => {
  if (isAscii && !latin1.includes('%') && !latin1.includes('+')) return latin1;
  const bytes = Buffer.allocUnsafe(latin1.length);
  let length = 0;
  for (let at = 0; at < latin1.length; at += 1) {
    const code = latin1.charCodeAt(at);
    if (code === 0x25 && at + 2 < latin1.length) {
      const high = hexDigit(latin1.charCodeAt(at + 1));
      const low = hexDigit(latin1.charCodeAt(at + 2));
      if (high >= 0 && low >= 0) {
        bytes[length++] = high * 16 + low;
        at += 2;
        continue;
      }
    }
    bytes[length++] = code === 0x2b ? 0x20 : code;
  }
  return bytes.toString('utf8', 0, length);
};

/** Upper bound on the number of parameters of a body or query, without parsing it. */
export const countParams = (form: Buffer | string): number => {
  if (form.length === 0) return 0;
  // To search a string is much faster than to search a buffer.
  const text = typeof form === 'string' ? form : form.toString('latin1');
  let count = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) count += 1;
  return count;
};

/**
 * Parses `application/x-www-form-urlencoded` bytes. Empty values are kept and nothing is trimmed or nested, because
 * Twilio signs every parameter. Bound the input first (`countParams`).
 */
export const parseForm = (form: Buffer | string): Params => {
  const params = Object.create(null) as Record<string, string | string[]>;
  const latin1 = (typeof form === 'string' ? Buffer.from(form) : form).toString('latin1');
  const isAscii = !/[\x80-\xff]/.test(latin1);
  for (const pair of latin1.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals), isAscii);
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1), isAscii);
    const earlier = params[name];
    if (earlier === undefined) params[name] = value;
    else if (typeof earlier === 'string') params[name] = [earlier, value];
    else earlier.push(value);
  }
  return params;
};

/**
 * The value of a parameter that has exactly one, else undefined. A repeated equal value counts as one, because Twilio's
 * signature does not distinguish them.
 */
export const single = (params: Params, name: string): string | undefined => {
  const value = params[name];
  if (value === undefined || typeof value === 'string') return value;
  return value.every((other) => other === value[0]) ? value[0] : undefined;
};

/**
 * The parameters in canonical form, as Twilio's signature binds them: it binds neither their order nor how often a
 * value is repeated.
 */
export const canonicalParams = (params: Params): readonly (readonly [string, readonly string[]])[] =>
  Object.keys(params)
    .sort()
    .map((name) => [name, canonicalValues(params[name])] as const);

const canonicalValues = (value: Params[string] = []): readonly string[] =>
  typeof value === 'string' ? [value] : [...new Set(value)].sort();
