import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routeNames } from '../../../lambda/shared/contract/routes';
import { fakeTarget, run } from './fake-environment';
import { awsChecks } from '../../../cli/verify/aws-checks';
import { floodCheck, httpChecks } from '../../../cli/verify/http-checks';
import { poisonChecks } from '../../../cli/verify/poison-check';

const page = readFileSync(join(__dirname, '../../../docs/first-deployment.md'), 'utf8');
const absent = () => Promise.reject(new Error('the test runs no check'));

describe('docs/first-deployment.md', () => {
  it('explains a difference for every check of `verify`', () => {
    const { signal } = new AbortController();
    const names = [
      ...awsChecks(fakeTarget, absent),
      ...httpChecks(fakeTarget, absent),
      floodCheck(fakeTarget, absent, 1, signal),
      ...poisonChecks({ send: absent, hasDeadLetter: absent, removeDeadLetter: absent }, undefined, {
        sleep: absent,
        now: () => new Date(),
        signal,
        output: { data: () => undefined, note: () => undefined },
      }),
    ].map(({ name }) => name);
    const routes = routeNames.map((route) => `route-${route}`);
    expect(names).toEqual(expect.arrayContaining(routes));
    const missing = [...names, 'signed-webhook'].filter(
      (name) => !routes.includes(name) && !page.includes(`\`${name}\``),
    );
    // A production stack without protection is section 5's; `doctor` has the command.
    expect(missing).toEqual(['termination-protection']);
  });

  it('has a command and two results for each of the ten questions', () => {
    const questions = page
      .split(/^### /m)
      .slice(1)
      .map((text) => text.split(/^## /m)[0] ?? '');
    expect(questions.map((text) => /^B\d+/.exec(text)?.[0])).toEqual(
      Array.from({ length: 10 }, (_, at) => `B${at + 1}`),
    );
    for (const text of questions) {
      expect(text).toMatch(/```sh\n|`npx cdk synth/);
      expect([...text.matchAll(/^- /gm)].length).toBeGreaterThanOrEqual(2);
    }
  });

  it('names commands that exist', async () => {
    const named = [...page.matchAll(/npx gateway ((?:[a-z]+(?:-[a-z]+)* ?)+)/g)].map(([, words = '']) => words.trim());
    expect(named.length).toBeGreaterThan(6);
    for (const words of new Set(named)) {
      expect({ words, ...(await run([...words.split(' '), '--help'])) }).toMatchObject({
        words,
        exitCode: 0,
      });
    }
  });
});
