import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { SynthesisReply, SynthesisRequest } from './messages';

/** Synthesizes from the current sources, one request at a time, in a process of its own. */
export interface Synthesizer {
  readonly synthesize: (request: SynthesisRequest) => Promise<SynthesisReply>;
  readonly close: () => void;
}

/** A synthesis usually takes half a second, but code in `lib/` might never end. */
const defaultLimitMs = 60_000;

export const createSynthesizer = (limitMs = defaultLimitMs): Synthesizer => {
  let child: ChildProcess | undefined;
  let isClosed = false;

  // The process is kept for later requests. It inherits the TypeScript loader.
  const runningProcess = (): ChildProcess => {
    if (child?.connected === true) return child;
    const started = fork(join(__dirname, 'synthesizer-process.ts'), { stdio: ['ignore', 2, 2, 'ipc'] });
    child = started;
    return started;
  };

  return {
    synthesize: (request) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve({ problems: ['The gateway is stopping.'], inputs: [] });
          return;
        }
        const process = runningProcess();
        const finish = (reply: SynthesisReply): void => {
          clearTimeout(timer);
          process.removeAllListeners();
          // An error after this belongs to the next request.
          process.on('error', () => undefined);
          resolve(reply);
        };
        const fail = (problem: string): void => {
          process.kill('SIGKILL');
          child = undefined;
          finish({ problems: [problem], inputs: [] });
        };
        const timer = setTimeout(() => fail(`The synthesis took more than ${limitMs / 1000} seconds.`), limitMs);
        process.once('message', (reply) => finish(reply as SynthesisReply)); // What synthesizer-process.ts sends.
        process.once('error', (error) => fail(`The synthesis failed: ${error.message}`));
        process.once('exit', (code) => fail(`The synthesis ended with code ${String(code)}.`));
        process.send(request);
      }),
    close: () => {
      isClosed = true;
      child?.kill('SIGKILL');
    },
  };
};
