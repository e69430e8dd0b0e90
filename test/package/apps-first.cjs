// The suite of the apps takes longest, so that it starts first and the others run next to it.
const Sequencer = require('@jest/test-sequencer').default;

module.exports = class AppsFirst extends Sequencer {
  sort(tests) {
    return [...tests].sort((one, other) => rank(one) - rank(other) || (one.path < other.path ? -1 : 1));
  }
};

const rank = ({ path }) => (path.includes('/apps.') ? 0 : 1);
