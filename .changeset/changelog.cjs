/**
 * The lines of CHANGELOG.md: the text of each changeset as one item of the list, without the hash of its commit.
 * https://github.com/changesets/changesets/blob/main/docs/modifying-changelog-format.md
 */
module.exports = {
  getReleaseLine: ({ summary }) => Promise.resolve(`- ${summary.trim().replaceAll(/\n(?=.)/g, '\n  ')}`),
  // There is one package, and none of this repository that it depends on.
  getDependencyReleaseLine: () => Promise.resolve(''),
};
