const base = require('../../jest.config.cjs');

/** @type {import('jest').Config} The suites that need the emulator: `npm run test:deploy`. */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/deploy/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // The dev stage is synthesized by the CDK CLI here.
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 300_000,
  verbose: true,
};
