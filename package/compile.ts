import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { preProcessFile } from 'typescript';
import { compiledEntries } from './entries';
import { dist, projectRoot } from './paths';

/** Packages that a user of the construct has installed. esbuild is needed only for handlers with `entry`. */
const availablePackages = ['aws-cdk-lib', 'constructs', 'esbuild'];

/**
 * Compiles the construct to CommonJS with declarations, and writes the declarations of the handler library. Deletes
 * files that no entry of the package imports.
 * @throws Error if the code has a type error, which is printed, or imports a package that users do not have
 */
export const compile = (): void => {
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: projectRoot, stdio: 'inherit' });
  const { code, declarations } = compiledEntries;
  const used = new Set([...reachable(code, '.js'), ...reachable(declarations, '.d.ts')]);
  for (const file of compiledFiles()) if (!used.has(file)) rmSync(join(dist, file));
};

const compiledFiles = (): readonly string[] =>
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:js|d\.ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1));

/** The entries and all files that they import. */
const reachable = (entries: readonly string[], extension: '.js' | '.d.ts'): ReadonlySet<string> => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(dist, file), 'utf8');
    for (const { fileName } of preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith('.')) visit(resolved(file, fileName, extension));
      else requireAvailable(file, fileName);
    }
  };
  for (const entry of entries) visit(`${entry}${extension}`);
  return seen;
};

const resolved = (importer: string, name: string, extension: string): string => {
  const path = join(dirname(importer), name.replace(/\.js$/, ''));
  const file = `${path}${extension}`;
  if (!existsSync(join(dist, file))) throw new Error(`dist/${importer} imports ${name}, which is not compiled.`);
  return file;
};

const requireAvailable = (importer: string, name: string): void => {
  if (name.startsWith('node:') || availablePackages.some((known) => name === known || name.startsWith(`${known}/`))) {
    return;
  }
  throw new Error(`dist/${importer} imports ${name}, which users of the package do not have.`);
};
