import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkflow, workflowProblems } from './checks/workflow-checks';

const directory = join(__dirname, '..', '..', '.github', 'workflows');
const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
const names = readdirSync(directory);

test.each(names)(
  '%s pins every action to a commit, leaves no credentials, and has the permissions that it needs',
  (name) => {
    expect(read(name)).toContain('uses: ');
    expect(workflowProblems(read(name))).toEqual([]);
  },
);

test('a pull request needs a changeset, and a major one for a replaced stateful resource', () => {
  const steps = readWorkflow(read('ci.yml')).jobs['ci']?.steps ?? [];
  const at = steps.findIndex(({ run = '' }) => run.includes('release:check'));
  expect(steps[at]?.run).toMatch(/npm run release:check -- --since \S+\nnpx changeset status --since \S+\n/);
  // It needs the packages that this installs.
  expect(steps.findIndex(({ run }) => run === 'bash .ci/run')).toBeLessThan(at);
});

describe('the release', () => {
  const { on, jobs } = readWorkflow(read('release.yml'));
  const scripts = (job: string): readonly string[] => jobs[job]?.steps.map(({ run = '' }) => run) ?? [];
  const permissions = Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]));

  test('is started by a tag of a version, and by nothing else', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(scripts('build').join('\n')).toContain('git merge-base --is-ancestor "$GITHUB_SHA" origin/main');
  });

  test('gives each job its own permissions, and none to the job that runs the code of dependencies', () => {
    expect(permissions).toEqual({
      build: { contents: 'read' },
      publish: { 'id-token': 'write', attestations: 'write', 'artifact-metadata': 'write' },
      release: { contents: 'write' },
    });
  });

  test('runs all checks, then builds and packs what the next jobs publish', () => {
    const order = ['bash .ci/run', 'npm run build', 'npm pack ./dist', 'npm run --silent sbom'];
    const at = order.map((command) => scripts('build').join('\n').indexOf(command));
    expect(at.every((position) => position >= 0)).toBe(true);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    const checks = jobs['build']?.steps.find(({ run = '' }) => run.includes('.ci/run'));
    // With this shell a failure before the pipe counts, too.
    expect(checks).toMatchObject({ shell: 'bash' });
    expect(checks?.run).toMatch(/grep ' 0 failed, 0 skipped\$'\n$/);
  });

  test('publishes with provenance after a person has approved, and attests the tarball first', () => {
    const publish = jobs['publish'];
    expect(publish).toMatchObject({ needs: 'build', environment: 'npm' });
    expect(publish?.steps.at(-1)).toEqual({ run: 'npm publish ./*.tgz --provenance --access public' });
    const attested = publish?.steps.filter(({ uses = '' }) => uses.startsWith('actions/attest@'));
    expect(attested?.map((step) => step.with)).toEqual([
      { 'subject-path': '*.tgz' },
      { 'subject-path': '*.tgz', 'sbom-path': 'sbom.cdx.json' },
    ]);
  });

  test('attaches the tarball and its bill of materials to the release', () => {
    expect(jobs['release']).toMatchObject({ needs: 'publish' });
    expect(scripts('release').join('\n')).toMatch(/^gh release create \S+ \.\/\*\.tgz sbom\.cdx\.json --verify-tag /m);
  });
});

describe('the checks find', () => {
  const sound = read('release.yml');
  const plant = (from: string | RegExp, to: string): readonly string[] => {
    const planted = sound.replace(from, to);
    expect(planted).not.toBe(sound);
    return workflowProblems(planted);
  };

  test('an action by its tag, of somebody else, or without its version', () => {
    const found = [expect.stringContaining('is not an action of GitHub pinned to a commit')];
    expect(plant(/actions\/attest@\S+/, 'actions/attest@v4')).toEqual(found);
    expect(plant('actions/attest@', 'somebody/attest@')).toEqual(found);
    expect(plant(/ # v\d+\.\d+\.\d+/, '')).toEqual(found);
  });

  test('permissions that nobody limited, or that all jobs have', () => {
    expect(plant('permissions: {}', '')).toEqual(['without permissions, every job gets those of the repository']);
    expect(plant('permissions: {}', 'permissions: write-all')).toEqual(['all jobs may write']);
    expect(plant('permissions: {}', 'permissions: { contents: write }')).toEqual(['all jobs may write']);
  });

  test('a write permission beside the code of dependencies', () => {
    const found = [expect.stringContaining('may write, and runs code of dependencies')];
    expect(plant('contents: read', 'contents: write')).toEqual(found);
    expect(plant('run: npm publish', 'run: npm ci && npm publish')).toEqual(found);
  });

  test('a token that lives long', () => {
    expect(plant('github.token', 'secrets.RELEASES')).toEqual(['secrets.RELEASES lives long']);
    expect(plant('GH_REPO:', 'NODE_AUTH_TOKEN:')).toEqual(['NODE_AUTH_TOKEN lives long']);
  });

  test('credentials in the clone, text of an event in a script, a trigger with permissions, and no time limit', () => {
    expect(plant('persist-credentials: false', 'persist-credentials: true')).toEqual([
      'a checkout leaves credentials in the clone',
    ]);
    expect(plant('"$GITHUB_REF_NAME" ./*', '${{ github.ref_name }} ./*')).toEqual([
      expect.stringContaining('an expression in the script'),
    ]);
    expect(plant('  push:\n', '  pull_request_target:\n  push:\n')).toEqual(['a trigger with the permissions of main']);
    expect(plant('timeout-minutes: 15', 'continue-on-error: false')).toEqual(['publish has no time limit']);
  });
});
