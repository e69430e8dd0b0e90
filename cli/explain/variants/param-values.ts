import type { Params } from '../../../lambda/shared/payload/form';

/** The same parameters with every value changed. */
export const mapValues = (params: Params, change: (value: string, name: string) => string): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]): [string, string | readonly string[]] => [
      name,
      typeof value === 'string' ? change(value, name) : value.map((item) => change(item, name)),
    ]),
  );

/** The parameters without some of them. */
export const without = (
  params: Params,
  isLeftOut: (name: string, value: string | readonly string[]) => boolean,
): Params => Object.fromEntries(Object.entries(params).filter(([name, value]) => !isLeftOut(name, value)));

export const namesWhere = (params: Params, isMeant: (value: string) => boolean): readonly string[] =>
  Object.keys(params).filter((name) => [params[name] ?? ''].flat().some(isMeant));
