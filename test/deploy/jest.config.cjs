const { projects, ...base } = require('../../jest.config.cjs');

const [unit] = projects;

/** @type {import('jest').Config} The suites that need the emulator: `npm run test:deploy`. The CDK CLI synthesizes the stage here. */
module.exports = {
  ...base,
  ...unit,
  displayName: undefined,
  testMatch: ['<rootDir>/test/deploy/**/*.test.ts'],
  testTimeout: 300_000,
  verbose: true,
};
