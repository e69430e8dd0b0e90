/** The target of one entry of `exports` in a `package.json`. */
type Target = string | { readonly types?: string; readonly require?: Target };

/** A module that users import, with its type declarations. */
export interface Entry {
  /** The name of its API report: `index` for `.`, `handlers-testing` for `./handlers/testing`. */
  readonly name: string;
  /** The path of the declarations, relative to the package. */
  readonly types: string;
}

const typesOf = (target: Target | undefined): string | undefined =>
  typeof target === 'object' ? (target.types ?? typesOf(target.require)) : undefined;

/**
 * Every entry of a package that has declarations. Reads those of `require`: ES modules and CommonJS have the same
 * declarations.
 */
export const entriesOf = (manifest: { readonly exports: Readonly<Record<string, Target>> }): readonly Entry[] =>
  Object.entries(manifest.exports).flatMap(([path, target]) => {
    const types = typesOf(target);
    const name = path === '.' ? 'index' : path.replace('./', '').replaceAll('/', '-');
    return types === undefined ? [] : [{ name, types }];
  });
