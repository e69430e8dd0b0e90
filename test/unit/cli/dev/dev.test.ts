import type { CliEnvironment } from '../../../../cli/context';
import { run } from '../fake-environment';

type Started = Parameters<CliEnvironment['runDev']>;

/** Runs a command line, and returns what the local gateway was started with. */
const started = async (args: readonly string[]) => {
  const calls: Started[] = [];
  const runDev: CliEnvironment['runDev'] = (...call) => {
    calls.push(call);
    return Promise.resolve();
  };
  return { ...(await run(args, { runDev, workingDirectory: '/app' })), calls };
};

describe('dev', () => {
  it('starts the local gateway for the app of this directory, with the options of both help texts', async () => {
    const { exitCode, calls } = await started(['dev', '--port', '0', '--stack', 'Hotline', '--gateway', 'Twilio']);
    expect(exitCode).toBe(0);
    expect(calls).toEqual([
      [
        { port: 0, console: true, consolePort: 0, log: 'lines', stack: 'Hotline', gateway: 'Twilio' },
        { command: 'npx gateway dev', cli: 'npx gateway', appDirectory: '/app' },
      ],
    ]);
  });

  it('takes no deployed stage', async () => {
    expect(await started(['dev', '--stage', 'prod'])).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('--stack') as string,
      calls: [],
    });
  });

  it('is not what a stage of that name means', async () => {
    const { calls, exitCode } = await started(['messages', 'list', '--stage', 'dev', '--limit', 'x']);
    expect([exitCode, calls]).toEqual([2, []]);
  });
});
