import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInvokeFunction } from '../../../../lambda/ingress/aws/invoke-function';

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'made-up',
  AWS_SESSION_TOKEN: 'session',
};
const saved = { ...process.env };
const signal = new AbortController().signal;
let close: (() => Promise<void>) | undefined;

/** A fake Lambda, and what invokes a function of it. */
const serve = async (answer: (response: ServerResponse) => void) => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/2015-03-31/functions/Answer-1/invocations`);
  return { seen, invoke: createInvokeFunction(url, 'eu-west-1') };
};

beforeEach(() => Object.assign(process.env, credentials));
afterEach(async () => {
  process.env = { ...saved };
  await close?.();
  close = undefined;
});

test('sends one request that waits for the result, signed for Lambda in the region', async () => {
  const { seen, invoke } = await serve((response) => response.end('{"message":"hi"}'));
  expect(await invoke('{"body":"é"}', signal)).toEqual({ kind: 'ok', payload: '{"message":"hi"}' });
  expect(seen).toMatchObject([
    {
      line: 'POST /2015-03-31/functions/Answer-1/invocations',
      headers: {
        'x-amz-invocation-type': 'RequestResponse',
        'x-amz-security-token': 'session',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/lambda\/aws4_request, SignedHeaders=[^,]*host[^,]*, Signature=[0-9a-f]{64}$/,
        ),
      },
      body: '{"body":"é"}',
    },
  ]);
});

test.each([
  [403, 'denied'],
  [404, 'no_function'],
  [429, 'throttled'],
  [413, 'unavailable'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [202, 'unavailable'],
])('reports the status %i without retry', async (status, kind) => {
  const { seen, invoke } = await serve((response) => response.writeHead(status).end('{"Message":"secret"}'));
  expect(await invoke('{}', signal)).toEqual({ kind, serviceStatus: status });
  expect(seen).toHaveLength(1);
});

test('reports an error of the function, which is a 200', async () => {
  const { invoke } = await serve((response) =>
    response.writeHead(200, { 'X-Amz-Function-Error': 'Unhandled' }).end('{"errorMessage":"quotes a text"}'),
  );
  expect(await invoke('{}', signal)).toEqual({ kind: 'function_error' });
});

test('reports a connection that ends, without retry', async () => {
  const { seen, invoke } = await serve((response) => response.destroy());
  expect(await invoke('{}', signal)).toMatchObject({ kind: 'unavailable' });
  expect(seen).toHaveLength(1);
});

test('ends when the signal aborts', async () => {
  const { invoke } = await serve(() => undefined);
  expect(await invoke('{}', AbortSignal.timeout(30))).toMatchObject({ kind: 'unavailable' });
});

test('does not read an answer of more than 512 kB to its end', async () => {
  const { invoke } = await serve((response) => response.end(Buffer.alloc(600_000, 'x')));
  expect(await invoke('{}', signal)).toMatchObject({ kind: 'answer_too_long' });
});

test('reports missing credentials', async () => {
  const { seen, invoke } = await serve((response) => response.end());
  Reflect.deleteProperty(process.env, 'AWS_SECRET_ACCESS_KEY');
  expect(await invoke('{}', signal)).toMatchObject({ kind: 'unavailable' });
  expect(seen).toEqual([]);
});
