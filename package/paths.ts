import { join } from 'node:path';

export const projectRoot = join(__dirname, '..');

/** The directory of the package that `npm publish ./dist` uploads. */
export const dist = join(projectRoot, 'dist');
