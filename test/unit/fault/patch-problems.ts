import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  convertCompilerOptionsFromJson,
  createCompilerHost,
  createProgram,
  flattenDiagnosticMessageText,
  type CompilerOptions,
} from 'typescript';
import { applyPatches, type Patch } from '../../fault/mutants/mutated-assembly';

const root = join(__dirname, '..', '..', '..');

/** The options of the product, but a patch may leave an import or a parameter unused. */
const compilerOptions = (): CompilerOptions => {
  const { compilerOptions: own } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: object;
  };
  const changed = { ...own, noUnusedLocals: false, noUnusedParameters: false, types: ['node'] };
  return convertCompilerOptionsFromJson(changed, root).options;
};

/**
 * What the compiler says about the files that each list of patches changes. The bundler checks neither names nor types:
 * a mutant with a wrong name would throw where it should misbehave, and would be found for that reason. Each patched
 * file is compiled next to the file that it changes, all of them in one program.
 */
export const patchProblems = (lists: readonly (readonly Patch[])[]): readonly (readonly string[])[] => {
  const patchedFiles = lists.map((patches, at) =>
    [...new Set(patches.map(({ file }) => file))].map((file) => {
      const path = join(root, 'lambda', file);
      const text = applyPatches(file, readFileSync(path, 'utf8'), patches);
      return { file, path: path.replace(/\.ts$/, `.patched-${at}.ts`), text };
    }),
  );
  const texts = new Map(patchedFiles.flat().map(({ path, text }) => [path, text]));
  const options = compilerOptions();
  const disk = createCompilerHost(options);
  const host = createCompilerHost(options);
  host.readFile = (path) => texts.get(path) ?? disk.readFile(path);
  host.fileExists = (path) => texts.has(path) || disk.fileExists(path);
  const program = createProgram([...texts.keys()], options, host);
  return patchedFiles.map((files) =>
    files.flatMap(({ file, path }) => {
      const source = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => `${file}: ${flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    }),
  );
};
