// The store of `--data-dir`. Its native code cannot be bundled, so the package names it as an optional peer.
'use strict';
module.exports = {
  get Level() {
    return require('classic-level').ClassicLevel;
  },
};
