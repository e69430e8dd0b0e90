/** Invalid input. Each service maps the reasons to its own error codes. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly reason: 'missing' | 'type' | 'range' | 'unsupported',
    /** `Entries[0].Id` */
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** @throws InputError; its message never quotes the value, which may be a secret or a message body */
export type Reader<T> = (value: unknown, path: string) => T;

const wrongType = (path: string, allowed: string): InputError =>
  new InputError('type', path, `The parameter ${path} must be ${allowed}.`);

export const text =
  (limits: { readonly min?: number; readonly max?: number; readonly pattern?: RegExp } = {}): Reader<string> =>
  (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    const { min = 1, max = Infinity, pattern } = limits;
    if (value.length < min || value.length > max) {
      const allowed = max === Infinity ? `at least ${min}` : `${min} to ${max}`;
      throw new InputError('range', path, `The parameter ${path} must have ${allowed} characters.`);
    }
    if (pattern?.test(value) === false) {
      throw new InputError('range', path, `The parameter ${path} must match ${pattern.source}.`);
    }
    return value;
  };

export const integer =
  (min: number, max: number): Reader<number> =>
  (value, path) => {
    if (typeof value !== 'number') throw wrongType(path, 'a number');
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InputError('range', path, `The parameter ${path} must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrongType(path, 'true or false');
  return value;
};

/** A blob: bytes from a caller in this process, base64 over HTTP. Returns base64. */
export const base64: Reader<string> = (value, path) => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'string') throw wrongType(path, 'bytes in base64');
  const decoded = Buffer.from(value, 'base64').toString('base64');
  if (decoded !== value) throw wrongType(path, 'bytes in base64');
  return decoded;
};

export const listOf =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, 'a list');
    return value.map((entry: unknown, index) => item(entry, `${path}[${index}]`));
  };

export const mapOf =
  <T>(item: Reader<T>): Reader<readonly (readonly [string, T])[]> =>
  (value, path) =>
    Object.entries(readObject(value, path)).flatMap(([key, entry]) =>
      entry === undefined || entry === null ? [] : [[key, item(entry, `${path}.${key}`)] as const],
    );

export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value, path) =>
    value === undefined || value === null ? undefined : reader(value, path);

/** A parameter that AWS has and the emulator does not: rejected, not ignored. */
export const unsupported =
  (why = 'is not supported by the local emulator'): Reader<undefined> =>
  (value, path) => {
    if (value === undefined || value === null) return undefined;
    throw new InputError('unsupported', path, `The parameter ${path} ${why}.`);
  };

type Fields = Readonly<Record<string, Reader<unknown>>>;
export type Shape<F extends Fields> = { readonly [Name in keyof F]: ReturnType<F[Name]> };

/** An object with these fields and no other. */
export const shape =
  <F extends Fields>(fields: F): Reader<Shape<F>> =>
  (value, path) => {
    const input = readObject(value, path);
    const prefix = path === '' ? '' : `${path}.`;
    for (const name of Object.keys(input)) {
      // A name from HTTP may be of any length.
      if (!Object.hasOwn(fields, name) && input[name] !== undefined)
        unsupported()(input[name], `${prefix}${name.slice(0, 80)}`);
    }
    const output = Object.entries(fields).map(([name, reader]) => {
      const given = Object.hasOwn(input, name) ? input[name] : undefined;
      try {
        return [name, reader(given, `${prefix}${name}`)];
      } catch (error) {
        if (given !== undefined && given !== null) throw error;
        throw new InputError('missing', `${prefix}${name}`, `The request must contain the parameter ${prefix}${name}.`);
      }
    });
    // The reader of each name has checked the field of that name.
    return Object.fromEntries(output) as Shape<F>;
  };

const readObject = (value: unknown, path: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(path === '' ? 'input' : path, 'an object');
  }
  // Checked above: an object with unknown members.
  return value as Readonly<Record<string, unknown>>;
};
