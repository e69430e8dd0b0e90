import { UnsupportedTemplateError } from './template';

/** Reads the resolved properties of one resource. Each method throws an error that names an unexpected property. */
export interface Properties {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string, fallback: number): number;
  object(name: string): Readonly<Record<string, unknown>>;
  value(name: string): unknown;
  /** Throws for a property that has neither been read nor is named here, so that none is ignored silently. */
  only(...alsoKnown: readonly string[]): void;
}

export const propertiesOf = (logicalId: string, resolved: unknown): Properties => {
  const values = resolved as Readonly<Record<string, unknown>>;
  const seen = new Set<string>();
  const take = (name: string): unknown => {
    seen.add(name);
    return values[name];
  };
  const wrong = (name: string, wanted: string): never => {
    throw new UnsupportedTemplateError(`${logicalId}.${name} must be ${wanted}.`);
  };
  const optionalText = (name: string): string | undefined => {
    const value = take(name);
    if (value === undefined) return undefined;
    return typeof value === 'string' ? value : wrong(name, 'a string');
  };
  return {
    optionalText,
    text: (name) => optionalText(name) ?? wrong(name, 'a string'),
    number: (name, fallback) => {
      const value = take(name) ?? fallback;
      const number = typeof value === 'string' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : wrong(name, 'a number');
    },
    object: (name) => {
      const value = take(name) ?? {};
      return typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : wrong(name, 'an object');
    },
    value: take,
    only: (...alsoKnown) => {
      const unknown = Object.keys(values).filter((name) => !seen.has(name) && !alsoKnown.includes(name));
      if (unknown.length > 0) {
        throw new UnsupportedTemplateError(`The local gateway does not support ${logicalId}.${unknown.join(', ')}.`);
      }
    },
  };
};
