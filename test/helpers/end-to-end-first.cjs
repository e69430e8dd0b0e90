// In a fresh clone Jest starts the largest files first. The slowest suites are small files: they must not start last.
const { default: Sequencer } = require('@jest/test-sequencer');

const isEndToEnd = ({ path }) => /[\\/]test[\\/](?:gateway|browser)[\\/]/.test(path);

module.exports = class EndToEndFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => isEndToEnd(other) - isEndToEnd(one));
  }
};
