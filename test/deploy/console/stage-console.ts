import { join } from 'node:path';
import { sessionHeader, type LiveEvent } from '../../../console/api';
import { eventually, projectRoot, startProcess, typescript, type Finished } from '../../gateway/gateway-process';
import { commandEnvironment } from '../environment';

export interface StageConsole {
  /** With the token. */
  readonly url: string;
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body: object) => Promise<ApiAnswer>;
  /** The lines of `/api/live`, as they come. */
  readonly live: () => Promise<{ readonly events: readonly LiveEvent[]; readonly stop: () => Promise<void> }>;
  /** Ctrl-C. */
  readonly stop: () => Promise<Finished>;
}

interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const startTimeoutMs = 60_000;

/** Runs a command that goes on until Ctrl-C. `npx` would not pass a signal on. */
export const startCommand = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  startProcess(process.execPath, [...typescript, join(projectRoot, 'bin', 'gateway.ts'), ...args], {
    cwd: projectRoot,
    env: { ...commandEnvironment(), ...env },
  });

/** `gateway console`, opened as the page opens it. */
export const startStageConsole = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<StageConsole> => {
  const started = startCommand(['console', ...args], env);
  const url = await eventually(() => {
    const [printed] = /^http:\/\/127\.0\.0\.1:\d+\/#token=\S+$/m.exec(started.stdout()) ?? [];
    if (printed === undefined) throw new Error(`gateway console printed no address: ${started.stderr()}`);
    return printed;
  }, startTimeoutMs);
  const { origin, hash } = new URL(url);
  const json = { 'content-type': 'application/json' };
  const opened = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ token: hash.replace('#token=', '') }),
  });
  const { session } = (await opened.json()) as { readonly session: string };
  const headers = { [sessionHeader]: session };
  return {
    url,
    get: async (path) => {
      const answer = await fetch(`${origin}${path}`, { headers });
      const body: unknown = await answer.json();
      expect({ path, status: answer.status, body: answer.ok ? undefined : body }).toEqual({ path, status: 200 });
      return body;
    },
    post: async (path, body) => {
      const answer = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { ...headers, ...json },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    },
    live: async () => {
      const ended = new AbortController();
      const { body } = await fetch(`${origin}/api/live`, { headers, signal: ended.signal });
      const events: LiveEvent[] = [];
      const reading = readLines(body, events).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
      return {
        events,
        stop: async () => {
          ended.abort();
          await reading;
        },
      };
    },
    stop: () => {
      started.child.kill('SIGINT');
      return started.finished;
    },
  };
};

const readLines = async (stream: ReadableStream<Uint8Array> | null, events: LiveEvent[]): Promise<void> => {
  let rest = '';
  for await (const chunk of stream ?? []) {
    const lines = `${rest}${Buffer.from(chunk).toString('utf8')}`.split('\n');
    rest = lines.pop() ?? '';
    // The server writes lines of this type.
    events.push(...lines.map((line) => JSON.parse(line) as LiveEvent));
  }
};
