const { separateSuite } = require('../helpers/separate-suite.cjs');

// The suites that need the emulator: `npm run test:deploy`. The CDK CLI synthesizes the stage here.
module.exports = separateSuite({ testMatch: ['<rootDir>/test/deploy/**/*.test.ts'], testTimeout: 300_000 });
