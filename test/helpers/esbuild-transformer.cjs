// Jest's transformer: TypeScript to CommonJS by the esbuild the project already ships with.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const esbuild = require('esbuild');

const self = readFileSync(__filename);

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256').update(self).update(esbuild.version).update(path).update('\0').update(source).digest('hex'),
  process: (source, path) =>
    esbuild.transformSync(source, {
      sourcefile: path,
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      platform: 'node',
      sourcemap: 'inline',
      // Jest's module registry has no import(): lazy imports become require().
      supported: { 'dynamic-import': false },
    }),
};
