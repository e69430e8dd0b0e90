const { projects, ...base } = require('../../jest.config.cjs');

const [unit] = projects;

/** @type {import('jest').Config} The suites that need the packed package: `npm run test:package` makes it first. */
module.exports = {
  ...base,
  ...unit,
  displayName: undefined,
  testMatch: ['<rootDir>/test/package/*.test.ts'],
  testSequencer: '<rootDir>/test/package/apps-first.cjs',
  maxWorkers: 2,
  testTimeout: 120_000,
  verbose: true,
};
