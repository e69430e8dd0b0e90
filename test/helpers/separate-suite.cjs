// The settings of suites with a command of their own, which first makes what they need.
const { projects, ...base } = require('../../jest.config.cjs');

const [unit] = projects;

/** @param {import('jest').Config} settings of the suite */
exports.separateSuite = (settings) => ({ ...base, ...unit, displayName: undefined, verbose: true, ...settings });
