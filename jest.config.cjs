/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They need Python and an emulator of AWS, and have a command of their own: npm run test:deploy.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deploy/'],
  reporters: ['default', '<rootDir>/test/helpers/counts-reporter.cjs'],
  transform: { '\\.ts$': '<rootDir>/test/helpers/esbuild-transformer.cjs' },
  globalSetup: '<rootDir>/test/helpers/global-setup.ts',
  globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.gateway'],
  // Two cores: one worker each; emulators and bundles run inside the workers.
  maxWorkers: 2,
  testTimeout: 30_000,
};
