import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One AWS call on its way through the proxy. */
export interface ProxiedCall {
  /** The action of `X-Amz-Target`, or of SNS's query protocol, e.g. `SendMessage`. */
  readonly action: string;
  readonly body: string;
  /** How many calls of this action came before, this one not counted. */
  readonly earlier: number;
}

/** What the proxy does with a call. */
export type Fault =
  | { readonly kind: 'pass' }
  /** An error of the service. The SDK recognizes it by `type`. */
  | { readonly kind: 'error'; readonly status: number; readonly type: string }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** The connection is reset, and the service never gets the call. */
  | { readonly kind: 'reset' }
  /** The service executes the call, and the connection is reset before the answer: an ambiguous success. */
  | { readonly kind: 'drop-answer' }
  /** The service executes the call, and the caller waits for the answer in vain. */
  | { readonly kind: 'hold-answer' }
  /** The answer reaches the caller changed. */
  | { readonly kind: 'change-answer'; readonly change: (body: string) => string }
  /** The call reaches the service changed. */
  | { readonly kind: 'change-request'; readonly change: (body: string) => string }
  /** The call reaches the service later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The service executes the call twice, as after a retry by the network. The caller gets the second answer. */
  | { readonly kind: 'twice' }
  /** Something else happens before the service gets the call, or before the caller gets the answer. */
  | { readonly kind: 'meanwhile'; readonly when: 'before' | 'after'; readonly happens: () => Promise<void> }
  /** The caller is killed before the service gets the call, or after the service has executed it. */
  | { readonly kind: 'kill-caller'; readonly when: 'before' | 'after'; readonly kill: () => Promise<void> };

export interface FaultProxy {
  readonly endpoint: string;
  /** Replaces the function that chooses each call's fault. */
  decide(decision: (call: ProxiedCall) => Fault): void;
  /** The actions in order of arrival, since the start or the last `reset`. */
  readonly calls: readonly string[];
  /** The same, with the bodies. */
  readonly requests: readonly { readonly action: string; readonly body: string }[];
  /** How often the service executed an action, whether or not its answer arrived. */
  done(action: string): number;
  /** Ends the calls that hang. */
  release(): void;
  reset(): void;
  close(): Promise<void>;
}

const pass: Fault = { kind: 'pass' };

/** A proxy between the AWS SDK and a service on loopback, which injects faults and records calls. */
export const startFaultProxy = async (target: () => string): Promise<FaultProxy> => {
  let decision: (call: ProxiedCall) => Fault = () => pass;
  let requests: { readonly action: string; readonly body: string }[] = [];
  let done: string[] = [];
  const hanging = new Set<ServerResponse>();

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const text = body.toString('utf8');
    const action = actionOf(incoming, text);
    const earlier = requests.filter((request) => request.action === action).length;
    requests.push({ action, body: text });
    const fault = decision({ action, body: text, earlier });
    switch (fault.kind) {
      case 'hang':
        hanging.add(outgoing);
        return;
      case 'reset':
        incoming.socket.resetAndDestroy();
        return;
      case 'error':
        answerError(outgoing, fault, incoming.headers['x-amz-target'] === undefined);
        return;
      case 'pass':
      case 'slow':
      case 'twice':
      case 'meanwhile':
      case 'kill-caller':
      case 'drop-answer':
      case 'hold-answer':
      case 'change-request':
      case 'change-answer': {
        if (fault.kind === 'slow') await sleep(fault.milliseconds);
        if (fault.kind === 'kill-caller' && fault.when === 'before') {
          await fault.kill();
          outgoing.destroy();
          return;
        }
        if (fault.kind === 'meanwhile' && fault.when === 'before') await fault.happens();
        if (fault.kind === 'twice') await forward(target(), incoming, body);
        const sent = fault.kind === 'change-request' ? Buffer.from(fault.change(text)) : body;
        const answer = await forward(target(), incoming, sent);
        if (answer.status < 300) done.push(action);
        if (fault.kind === 'kill-caller') {
          await fault.kill();
          outgoing.destroy();
          return;
        }
        if (fault.kind === 'meanwhile' && fault.when === 'after') await fault.happens();
        if (fault.kind === 'drop-answer') {
          incoming.socket.resetAndDestroy();
          return;
        }
        if (fault.kind === 'hold-answer') {
          hanging.add(outgoing);
          return;
        }
        const answered =
          fault.kind === 'change-answer' ? Buffer.from(fault.change(answer.body.toString('utf8'))) : answer.body;
        // dynalite checksums its answers; a changed one must not look damaged in transit.
        const headers = { ...answer.headers, 'content-length': String(answered.length) };
        const checksum = 'x-amz-crc32';
        const kept = Object.entries(headers).filter(([name]) => fault.kind !== 'change-answer' || name !== checksum);
        outgoing.writeHead(answer.status, Object.fromEntries(kept));
        outgoing.end(answered);
      }
    }
  };

  const release = (): void => {
    for (const outgoing of hanging) outgoing.destroy();
    hanging.clear();
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: (next) => {
      decision = next;
    },
    get calls() {
      return requests.map(({ action }) => action);
    },
    get requests() {
      return requests;
    },
    done: (action) => done.filter((candidate) => candidate === action).length,
    release,
    reset: () => {
      decision = () => pass;
      requests = [];
      done = [];
      release();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** JSON protocols name the action in a header, the query protocol in the form. */
const actionOf = ({ headers }: IncomingMessage, text: string): string => {
  const target = headers['x-amz-target'];
  return target === undefined
    ? (/(?:^|&)Action=(\w+)/.exec(text)?.[1] ?? '')
    : (String(target).split('.').at(-1) ?? '');
};

const answerError = (
  outgoing: ServerResponse,
  { status, type }: Extract<Fault, { kind: 'error' }>,
  isQueryProtocol: boolean,
): void => {
  outgoing.writeHead(status, { 'content-type': isQueryProtocol ? 'text/xml' : 'application/x-amz-json-1.0' });
  outgoing.end(
    isQueryProtocol
      ? `<ErrorResponse><Error><Code>${type}</Code><Message>injected</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: type, message: 'injected' }),
  );
};

const forward = (
  endpoint: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<{
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      new URL(incoming.url ?? '/', endpoint),
      {
        method: incoming.method,
        headers: { ...incoming.headers, host: new URL(endpoint).host, 'content-length': String(body.length) },
        // The service may close a kept-alive connection just as it is used again: a fault that was not injected.
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: { ...answer.headers },
            body: Buffer.concat(chunks),
          }),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
