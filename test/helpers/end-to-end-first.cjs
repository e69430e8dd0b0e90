// Jest's order of suites in a fresh clone is by size of file, and the slowest ones are small: they would be waited for at the end.
const { default: Sequencer } = require('@jest/test-sequencer');

const isEndToEnd = ({ path }) => /[\\/]test[\\/]gateway[\\/]/.test(path);

module.exports = class EndToEndFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => isEndToEnd(other) - isEndToEnd(one));
  }
};
