export type Environment = Readonly<Record<string, string | undefined>>;

/** The allowed form of a variable's value. */
export interface Format {
  readonly pattern: RegExp;
  /** Completes "allowed is …". */
  readonly allowed: string;
}

/** Reads variables and collects every problem. What it returns for a wrong one is never used. */
export interface EnvironmentReader<Name extends string> {
  /** A variable that must be set; an empty one counts as not set. */
  text(name: Name, format?: Format): string;
  /** A variable that may be empty. */
  optional(name: Name, format?: Format): string | undefined;
  /** A whole number. @param allowed completes "allowed is …" */
  wholeNumber(name: Name, range: { readonly min: number; readonly max: number }, allowed?: string): number;
  readonly problem: (text: string) => void;
}

export const queueUrl: Format = { pattern: /^https?:\/\//, allowed: 'a queue URL (https://…)' };
export const secretArn: Format = {
  pattern: /^arn:[\w-]+:secretsmanager:\S+$/,
  allowed: 'the ARN of a secret',
};

/**
 * Reads a function's environment at cold start.
 * @param owner whose environment it is, for the error: "the consumer"
 * @throws Error that names every problem, so that one deployment fixes all of them
 */
export const readEnvironment = <Name extends string, Settings>(
  owner: string,
  env: Environment,
  read: (reader: EnvironmentReader<Name>) => Settings,
): Settings => {
  const problems: string[] = [];
  const check = (name: Name, value: string, isAllowed: boolean, allowed: string) => {
    if (value !== '' && !isAllowed) problems.push(`${name} is "${value}", allowed is ${allowed}`);
  };
  const optional = (name: Name, format?: Format): string | undefined => {
    const value = env[name] ?? '';
    if (format !== undefined) check(name, value, format.pattern.test(value), format.allowed);
    return value || undefined;
  };
  const text = (name: Name, format?: Format): string => {
    const value = optional(name, format);
    if (value === undefined) problems.push(`${name} is not set`);
    return value ?? '';
  };
  const settings = read({
    text,
    optional,
    wholeNumber: (name, { min, max }, allowed = `a whole number from ${min} to ${max}`) => {
      const value = text(name);
      const number = /^\d+$/.test(value) && value.length <= String(max).length ? Number(value) : NaN;
      check(name, value, number >= min && number <= max, allowed);
      return number;
    },
    problem: (problem) => problems.push(problem),
  });
  if (problems.length > 0) {
    throw new Error(`The environment of ${owner} is wrong: ${problems.join('; ')}. Deploy the stack again.`);
  }
  return settings;
};
