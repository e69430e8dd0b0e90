import { browserCommand } from '../../../../cli/console/open-browser';
import { sessionHeader } from '../../../../console/api';
import { accountSid, messageSid, run } from '../fake-environment';

const url = 'http://127.0.0.1:4000/#token=abc';

describe('gateway console', () => {
  it('prints the address of the console that the local gateway serves, and nothing else', async () => {
    const { data, notes, exitCode } = await run(['console'], { target: { consoleUrl: url } });
    expect({ data, exitCode }).toEqual({ data: url, exitCode: 0 });
    expect(notes).toBe('`npm start` serves it.');
  });

  /** What the served console says to a replay. */
  const replayAt = async (printed: string, confirm?: string): Promise<unknown> => {
    const { origin, hash } = new URL(printed);
    const post = async (path: string, body: object, session = '') => {
      const headers = { 'content-type': 'application/json', [sessionHeader]: session };
      const answer = await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()) as { readonly session?: string; readonly error?: { readonly reason: string } };
    };
    const { session } = await post('/api/session', { token: hash.replace('#token=', '') });
    return (await post('/api/replay', { id: messageSid, accountSid, confirm }, session)).error?.reason;
  };

  it.each([
    ['is read-only', [], undefined, 'read_only', 'read-only (--allow-changes)'],
    ['wants the name of a production stage', ['--allow-changes'], undefined, 'not_confirmed', 'changes allowed'],
    ['wants its right name', ['--allow-changes'], 'dev', 'not_confirmed', 'changes allowed'],
    // The test has no events to publish.
    ['changes what was confirmed', ['--allow-changes'], 'prod', 'not_replayed', 'changes allowed'],
  ])('of a stage %s', async (_what, options, confirm, reason, note) => {
    const stop = new AbortController();
    let answered: Promise<unknown> | undefined;
    const { exitCode, notes } = await run(['console', '--stage', 'prod', '--account', accountSid, ...options], {
      target: { name: 'stage prod', stage: 'prod', production: true },
      signal: stop.signal,
      onData: (text) => {
        answered = replayAt(text, confirm).finally(() => stop.abort());
      },
    });
    expect({ exitCode, reason: await answered }).toEqual({ exitCode: 0, reason });
    expect(notes).toContain(`The console of stage prod, which is a production stage`);
    expect(notes).toContain(note);
  });

  it.each([['--port', 'many'], ['--port', '65536'], ['--account', 'AC1'], ['--allow-change']])(
    'refuses %s %s',
    async (...options) => {
      expect((await run(['console', ...options])).exitCode).toBe(2);
    },
  );
});

it.each([
  ['darwin', 'open', [url]],
  ['win32', 'cmd', ['/c', 'start', '""', url]],
  ['linux', 'xdg-open', [url]],
  ['freebsd', 'xdg-open', [url]],
] as const)('the browser of %s is started by %s', (platform, program, args) => {
  expect(browserCommand(platform, url)).toEqual({ program, args });
});
