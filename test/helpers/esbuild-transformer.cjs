// Jest's transformer: TypeScript to CommonJS by the esbuild the project already ships with.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const esbuild = require('esbuild');

const self = readFileSync(__filename);

// A lazy import of a file of the project names its compiled form, which Jest does not have.
const withoutJs = (source) => source.replace(/(\bimport\('\.{1,2}\/[^']+)\.js'\)/g, "$1')");

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256').update(self).update(esbuild.version).update(path).update('\0').update(source).digest('hex'),
  process: (source, path) =>
    esbuild.transformSync(withoutJs(source), {
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
