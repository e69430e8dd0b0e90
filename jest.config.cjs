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
      // Commands of their own, npm run test:deploy and npm run test:package, prepare what these suites need.
      testPathIgnorePatterns: [
        '/node_modules/',
        ...['unit', 'deploy', 'package'].map((folder) => `<rootDir>/test/${folder}/`),
      ],
      // Synthesizes the dev stage, which no unit test needs.
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
