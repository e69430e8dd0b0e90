import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { handlerModules } from './handler-library';
import { dist } from './paths';

/** Modules that TypeScript compiles and users import, relative to `dist/` and without extension. */
export const compiledEntries = {
  code: ['lib/index', 'cli/twilio/config/config'],
  declarations: ['lib/index', 'cli/twilio/config/config', ...Object.values(handlerModules)],
} as const;

/** Writes the files of entries that only refer to others. */
export const writeEntries = (): void => {
  for (const [name, source] of Object.entries(handlerModules)) {
    const file = `handlers/${name}`;
    write(`${file}.d.ts`, `export * from '${pathTo(source, file)}';\n`);
    write(`${file}.d.mts`, `export * from '${pathTo(source, file)}.js';\n`);
  }
  write('config.d.ts', `export * from './cli/twilio/config/config';\n`);
  write('config.js', `module.exports = require('./cli/twilio/config/config.js');\n`);
};

const pathTo = (source: string, file: string): string => posix.relative(posix.dirname(file), source);

const write = (file: string, text: string): void => {
  mkdirSync(join(dist, dirname(file)), { recursive: true });
  writeFileSync(join(dist, file), text);
};
