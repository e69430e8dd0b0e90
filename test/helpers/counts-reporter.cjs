// The closing line of a test run, in one form that any log reader knows: "N passed, N failed, N skipped".
const { writeSync } = require('node:fs');

module.exports = class CountsReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results;
    // A suite that could not even be loaded has failed, though none of its tests ran.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // At the exit, so that Jest's own summary does not follow it.
    process.once('exit', () => {
      writeSync(1, `\n${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped\n`);
    });
  }
};
