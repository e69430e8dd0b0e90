// `npm run release:check -- --since origin/main`: whether a change of what was released comes with a major version.
// Without --since it compares with the tag of the last release.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { projectRoot } from '../paths';
import { recordProblems } from './recorded-ids';

const lastRelease = (): string | undefined =>
  execFileSync('git', ['tag', '--merged', 'HEAD', '--sort=-version:refname', '--list', 'v*'], {
    cwd: projectRoot,
    encoding: 'utf8',
  }).split('\n')[0];

const { values } = parseArgs({ options: { since: { type: 'string' } } });
const since = values.since ?? lastRelease();
if (since === undefined || since === '') {
  process.stdout.write('There is no tag of a release to compare with.\n');
} else {
  const problems = recordProblems(projectRoot, since);
  const summary = problems.length === 0 ? `Nothing stateful was replaced since ${since}.` : problems.join('\n');
  process.stdout.write(`${summary}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
