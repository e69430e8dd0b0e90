import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(__dirname, '..', '..', '.github', 'workflows');
const workflows = readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')] as const);

test.each(workflows)('%s pins every action to a commit, and leaves no credentials in the clone', (_name, text) => {
  const actions = [...text.matchAll(/uses: (\S+)(.*)/g)];
  expect(actions.length).toBeGreaterThan(0);
  for (const [, action = '', comment = ''] of actions) {
    expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
    // The version, for updates.
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  }
  expect(text.match(/actions\/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
});
