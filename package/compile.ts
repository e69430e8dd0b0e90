import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './paths';

/**
 * Compiles the construct to CommonJS with declarations, and writes the declarations of the handler library.
 * @throws Error if the code has a type error, which is printed
 */
export const compile = (): void => {
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: projectRoot, stdio: 'inherit' });
};
