import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { FunctionName } from '../../../lambda/shared/contract/function-names';
import type { Assembly } from '../../../local/gateway';
import { bundleOptions } from '../../../lib/functions/function-bundle';

/** A change of one file of `lambda/` that an engineer might make by mistake. */
export interface Patch {
  /** Below `lambda/`. */
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const projectRoot = join(__dirname, '..', '..', '..');

/** @throws Error if the code has changed and the patch no longer fits: then the mutant must be rewritten */
export const applyPatches = (file: string, source: string, patches: readonly Patch[]): string =>
  patches
    .filter((patch) => patch.file === file)
    .reduce((text, { find, replace }) => {
      const found = text.split(find).length - 1;
      if (found !== 1) throw new Error(`lambda/${file} holds the text to change ${found} times: ${find}`);
      return text.replace(find, () => replace);
    }, source);

const patching = (patches: readonly Patch[]): Plugin => ({
  name: 'mutant',
  setup: (building) => {
    building.onLoad({ filter: /[\\/]lambda[\\/].*\.ts$/ }, ({ path }) => {
      const file = path.slice(join(projectRoot, 'lambda').length + 1).replaceAll('\\', '/');
      return { contents: applyPatches(file, readFileSync(path, 'utf8'), patches), loader: 'ts' };
    });
  },
});

/** A copy of the assembly with functions bundled from patched source, with the options of a deployment. */
export const mutatedAssembly = async (
  { directory, template }: Assembly,
  patches: readonly Patch[],
  functionNames: readonly FunctionName[] = ['ingress', 'consumer', 'publisher'],
): Promise<Assembly> => {
  const copy = mkdtempSync(join(tmpdir(), 'gateway-mutant-'));
  cpSync(directory, copy, { recursive: true });
  const isBundled = (name: FunctionName): boolean => existsSync(join(directory, `bundle-${name}`));
  for (const functionName of functionNames.filter(isBundled)) {
    const original = readFileSync(join(directory, `bundle-${functionName}`, 'index.js'), 'utf8');
    const { outputFiles } = await build({ ...bundleOptions(functionName), plugins: [patching(patches)] });
    const patched = outputFiles.find(({ path }) => basename(path) === 'index.js')?.text ?? '';
    // The template names a function's bundle by its hash: every copy of the original is replaced.
    for (const asset of readdirSync(copy).filter((name) => name.startsWith('asset.'))) {
      const bundle = join(copy, asset, 'index.js');
      if (readFileSync(bundle, 'utf8') === original) writeFileSync(bundle, patched);
    }
  }
  return { directory: copy, template };
};
