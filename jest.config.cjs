// The SDK warns on Node 20 that it will drop it; functions are deployed on 24. Workers inherit the variable.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const project = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '\\.ts$': '<rootDir>/test/helpers/esbuild-transformer.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/dist', '<rootDir>/.gateway'],
};

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  reporters: ['default', '<rootDir>/test/helpers/counts-reporter.cjs'],
  // Most suites wait for processes and emulators half of their time, so that two cores keep three of them busy.
  maxWorkers: 3,
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/helpers/end-to-end-first.cjs',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/handlers/**/*.test.ts'],
    },
    {
      ...project,
      displayName: 'gateway',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // The rehearsal needs Python and an emulator of AWS, and has a command of its own: npm run test:deploy.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/unit/', '<rootDir>/test/deploy/'],
      // Synthesizes the dev stage, which no unit test needs.
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
