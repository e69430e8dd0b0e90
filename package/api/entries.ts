/** What one line of `exports` in a `package.json` leads to. */
type Target = string | { readonly types?: string; readonly require?: Target };

/** A module that users import, and the declarations that say what it has. */
export interface Entry {
  /** Of the report: `index` for `.`, `handlers-testing` for `./handlers/testing`. */
  readonly name: string;
  /** Relative to the package. */
  readonly types: string;
}

const typesOf = (target: Target | undefined): string | undefined =>
  typeof target === 'object' ? (target.types ?? typesOf(target.require)) : undefined;

/** Every entry of a package that has declarations. The two module systems have the same ones, so one is enough. */
export const entriesOf = (manifest: { readonly exports: Readonly<Record<string, Target>> }): readonly Entry[] =>
  Object.entries(manifest.exports).flatMap(([path, target]) => {
    const types = typesOf(target);
    const name = path === '.' ? 'index' : path.replace('./', '').replaceAll('/', '-');
    return types === undefined ? [] : [{ name, types }];
  });
