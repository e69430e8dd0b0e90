const { separateSuite } = require('../helpers/separate-suite.cjs');

// The suites that need the packed package: `npm run test:package` makes it first.
module.exports = separateSuite({
  testMatch: ['<rootDir>/test/package/*.test.ts'],
  testSequencer: '<rootDir>/test/package/apps-first.cjs',
  maxWorkers: 2,
  testTimeout: 120_000,
});
