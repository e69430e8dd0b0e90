import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import type { InvocationResult } from '../../../local/functions/execution-environment';
import { createHttpApi, type HttpApiConfiguration } from '../../../local/http-api/http-api';
import { sendRaw } from '../../helpers/webhooks';
import { fakeFunction } from './fake-function';

const ok: InvocationResult = { kind: 'ok', payload: { statusCode: 204 } };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An API with the route `ANY /messages` on the stage `dev`. */
const startApi = async (
  invoke: (event: unknown) => Promise<InvocationResult>,
  changes: Partial<HttpApiConfiguration> & { readonly timeoutMs?: number } = {},
): Promise<{ readonly url: string; readonly events: unknown[]; readonly log: string[] }> => {
  const events: unknown[] = [];
  const log: string[] = [];
  const { timeoutMs = 5000, ...rest } = changes;
  const target = fakeFunction((event) => {
    events.push(event);
    return invoke(event);
  });
  const server = createServer(
    createHttpApi({
      identity: { accountId: '000000000000', apiId: 'Api', domainName: 'gateway.example.com', stage: 'dev' },
      routes: new Map([['ANY /messages', { target, timeoutMs }]]),
      accessLogFormat: '$context.status $context.routeKey $context.requestId',
      onAccess: (line) => log.push(line),
      ...rest,
    }),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events, log };
};

test('calls the function of the route, with the stage in the path, and returns its answer', async () => {
  const { url, events, log } = await startApi(() =>
    Promise.resolve({ kind: 'ok', payload: { statusCode: 201, headers: { 'x-a': 'b' }, body: 'made' } }),
  );
  const response = await sendRaw(`${url}/dev/messages?b=%2f&a`, { body: 'A=1' });
  expect(response).toMatchObject({ status: 201, body: 'made', headers: { 'x-a': 'b' } });
  expect(events).toMatchObject([{ rawPath: '/dev/messages', rawQueryString: 'b=%2f&a', body: 'QT0x' }]);
  const [requestId] = [response.headers['apigw-requestid']].flat();
  expect(events).toMatchObject([{ requestContext: { requestId } }]);
  expect(log).toEqual([`201 ANY /messages ${String(requestId)}`]);
});

test('sends content-length, as the service does, and no body with 204', async () => {
  const made = await startApi(() =>
    Promise.resolve({
      kind: 'ok',
      payload: { statusCode: 200, headers: { 'content-length': '1' }, body: 'é' },
    }),
  );
  const { body, headers } = await sendRaw(`${made.url}/dev/messages`);
  expect({ body, length: headers['content-length'] }).toEqual({ body: 'é', length: '2' });
  expect(headers['transfer-encoding']).toBeUndefined();
  const none = await startApi(() => Promise.resolve(ok));
  expect((await sendRaw(`${none.url}/dev/messages`)).headers['content-length']).toBeUndefined();
});

test('hands on every method of an ANY route', async () => {
  const { url, events } = await startApi(() => Promise.resolve(ok));
  await sendRaw(`${url}/dev/messages`, { method: 'DELETE' });
  expect(events).toMatchObject([{ requestContext: { http: { method: 'DELETE' } } }]);
});

test.each(['/messages', '/dev', '/dev/', '/dev/messages/', '/dev/other', '/prod/messages', '/dev//messages'])(
  'rejects the path %s with 404, without the function',
  async (path) => {
    const { url, events, log } = await startApi(() => Promise.resolve(ok));
    expect(await sendRaw(url + path)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
    expect(events).toEqual([]);
    expect(log).toEqual([expect.stringMatching(/^404 - /)]);
  },
);

test('rejects malformed escapes in the path with 400', async () => {
  const { url, events } = await startApi(() => Promise.resolve(ok));
  expect((await sendRaw(`${url}/dev/%zz`)).status).toBe(400);
  expect(events).toEqual([]);
});

test('rejects a body above 10 MB with 413, and one that is too large for an event', async () => {
  const { url, events } = await startApi(() => Promise.resolve(ok));
  const tooLarge = await sendRaw(`${url}/dev/messages`, { body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  const tooLargeInBase64 = await sendRaw(`${url}/dev/messages`, { body: Buffer.alloc(5 * 1024 * 1024) });
  expect([tooLarge.status, tooLargeInBase64.status]).toEqual([413, 413]);
  expect(events).toEqual([]);
});

test('rejects requests above the throttle with 429', async () => {
  const { url, events } = await startApi(() => Promise.resolve(ok), {
    throttle: { rateLimit: 0.001, burstLimit: 2 },
  });
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await sendRaw(`${url}/dev/messages`)).status);
  expect(statuses).toEqual([204, 204, 429]);
  expect(events).toHaveLength(2);
});

test("rejects with 503 when the function exceeds the integration's timeout", async () => {
  const { url } = await startApi(() => new Promise(() => undefined), { timeoutMs: 20 });
  expect(await sendRaw(`${url}/dev/messages`)).toMatchObject({
    status: 503,
    body: '{"message":"Service Unavailable"}',
  });
});

test('rejects with 500 when the function fails', async () => {
  const { url } = await startApi(() => Promise.resolve({ kind: 'error', errorType: 'Error', errorMessage: 'why' }));
  const response = await sendRaw(`${url}/dev/messages`);
  expect(response.status).toBe(500);
  expect(response.body).not.toContain('why');
});

test('continues after an answer whose header cannot be sent', async () => {
  let header = 'broken\r\nvalue';
  const { url } = await startApi(() =>
    Promise.resolve({ kind: 'ok', payload: { statusCode: 200, headers: { 'x-a': header } } }),
  );
  await expect(sendRaw(`${url}/dev/messages`)).rejects.toThrow();
  header = 'whole';
  expect((await sendRaw(`${url}/dev/messages`)).status).toBe(200);
});
