// The store of `--data-dir`. Its native code cannot be bundled, so it is an optional peer of the package, and is loaded
// when a table is first kept in files.
'use strict';
exports.Level = function Level(...args) {
  const { ClassicLevel } = require('classic-level');
  return new ClassicLevel(...args);
};
