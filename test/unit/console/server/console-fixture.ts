import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Backend, DeadLetterQueue } from '../../../../cli/clients/ports';
import type { ConsoleGateway } from '../../../../console/server/gateway/console-gateway';
import type { GatewayMonitor } from '../../../../local/monitor/gateway-monitor';
import { serveConsole } from '../../../../console/server/start';
import { sessionHeader, type SessionRequest } from '../../../../console/api';
import { accountSid, authToken, fakeSecrets, fakeTarget, secretText } from '../../cli/fake-environment';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
}

/** A console of a gateway whose clients are fakes. */
export interface TestConsole {
  readonly port: number;
  readonly token: string;
  readonly oneTimeUrl: () => string;
  /** With the session, and every header as a program sends it: none of a browser's. */
  readonly call: (path: string, options?: CallOptions) => Promise<Answer>;
  readonly session: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const absent = (): Promise<never> => Promise.reject(new Error('the test has no such client'));

const noDeadLetters: DeadLetterQueue = {
  receive: () => Promise.resolve([]),
  release: () => Promise.resolve(0),
  counts: () => Promise.resolve({ visible: 0, inFlight: 0 }),
  startMove: absent,
  latestMove: () => Promise.resolve(undefined),
  movedSince: () => Promise.resolve(0),
};

export const fakeBackend = (parts: Partial<Backend> = {}): Backend => ({
  target: fakeTarget,
  secrets: () => Promise.resolve(fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } })),
  messages: absent,
  events: absent,
  optOuts: absent,
  webhooks: absent,
  decisions: absent,
  deadLetters: () => Promise.resolve(noDeadLetters),
  queueCounts: () => Promise.resolve({ visible: 0, inFlight: 0 }),
  ...parts,
});

export const fakeContext: ConsoleGateway['context'] = {
  post: absent,
  twilio: {
    config: () => Promise.resolve(undefined),
    variable: () => undefined,
    open: absent,
    writePrivateFile: absent,
  },
  signal: new AbortController().signal,
  now: () => new Date(),
  sleep: () => Promise.resolve(),
  choice: () => ({}),
  readHidden: absent,
};

export const fakeMonitor: GatewayMonitor = {
  startedAt: '2026-11-22T09:00:00.000Z',
  refused: () => [],
  runs: () => [],
  counts: () => ({ refused: [], handlers: [] }),
  series: () => ({ times: [], stepSeconds: 10, webhooks: [], refused: [], latency: [], backlog: [] }),
  subscribe: () => () => undefined,
};

/** One request, with exactly these headers: `fetch` would not send a foreign Host. */
export const send = (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: CallOptions,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });

const json = { 'content-type': 'application/json' };

export const startTestConsole = async (gateway: Partial<ConsoleGateway> = {}): Promise<TestConsole> => {
  const served = await serveConsole(
    {
      context: fakeContext,
      backend: () => Promise.resolve(fakeBackend()),
      allowsChanges: true,
      ...gateway,
    },
    0,
  );
  const url = new URL(served.url);
  const port = Number(url.port);
  const token = url.hash.replace('#token=', '');
  const open = async (): Promise<string> => {
    const body: SessionRequest = { token };
    const { text } = await send(port, '/api/session', { method: 'POST', headers: json, body });
    return (JSON.parse(text) as { readonly session: string }).session;
  };
  const session = await open();
  return {
    port,
    token,
    oneTimeUrl: served.oneTimeUrl,
    call: (path, options = {}) =>
      send(port, path, {
        ...options,
        headers: { [sessionHeader]: session, ...(options.method === 'POST' ? json : {}), ...options.headers },
      }),
    session: open,
    close: served.close,
  };
};
