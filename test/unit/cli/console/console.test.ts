import { browserCommand } from '../../../../cli/console/open-browser';
import { run } from '../fake-environment';

const url = 'http://127.0.0.1:4000/#token=abc';

describe('gateway console', () => {
  it('prints the address of the console that the local gateway serves, and nothing else', async () => {
    const { data, notes, exitCode } = await run(['console'], { target: { consoleUrl: url } });
    expect({ data, exitCode }).toEqual({ data: url, exitCode: 0 });
    expect(notes).toBe('`npm start` serves it.');
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
