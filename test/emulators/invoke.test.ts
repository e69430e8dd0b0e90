import { request } from 'node:http';
import { createInvokeFunction } from '../../lambda/ingress/aws/invoke-function';
import type { InvocationResult } from '../../local/functions/execution-environment';
import type { LocalFunction } from '../../local/functions/function-pool';
import { startInvokeApi } from '../../local/functions/invoke-api';
import type { LoopbackEndpoint } from '../../local/server/loopback-server';

let server: LoopbackEndpoint;
let result: InvocationResult = { kind: 'ok', payload: null };
const events: unknown[] = [];
const target: LocalFunction = {
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:Answer',
  name: 'Answer',
  timeoutMs: 2_000,
  invoke: (event) => {
    events.push(event);
    return Promise.resolve(result);
  },
  close: () => Promise.resolve(),
};
beforeAll(async () => {
  server = await startInvokeApi((name) => (name === 'Answer' ? target : undefined));
});
afterAll(() => server.close());
beforeEach(() => {
  events.splice(0);
  result = { kind: 'ok', payload: null };
});

interface Sent {
  readonly name?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const send = ({ name = 'Answer', path, method = 'POST', headers = {}, body = '{}' }: Sent = {}) =>
  new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: unknown }>(
    (resolve, reject) => {
      const url = `${server.endpoint}${path ?? `/2015-03-31/functions/${name}/invocations`}`;
      const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode, headers: incoming.headers, body: JSON.parse(text) as unknown }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );

describe('Invoke', () => {
  test('gives the function the payload, and answers what it returns', async () => {
    result = { kind: 'ok', payload: { message: 'hé' } };
    const answer = await send({ body: '{"body":"hello"}' });
    expect(events).toEqual([{ body: 'hello' }]);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'x-amz-executed-version': '$LATEST', 'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/) },
      body: { message: 'hé' },
    });
    expect(answer.headers).not.toHaveProperty('x-amz-function-error');
  });

  test.each([
    ['its name', 'Answer'],
    ['its ARN', encodeURIComponent(target.arn)],
    ['a partial ARN', '000000000000:function:Answer'],
    ['its version', 'Answer:$LATEST'],
    ['its version as a parameter', 'Answer/invocations?Qualifier=$LATEST'],
  ])('takes a function by %s', async (_name, name) => {
    const path = name.includes('?') ? `/2015-03-31/functions/${name}` : undefined;
    expect(await send(path === undefined ? { name } : { path })).toMatchObject({ status: 200, body: null });
  });

  test('gives an empty event where there is no payload', async () => {
    expect((await send({ body: '' })).status).toBe(200);
    expect(events).toEqual([{}]);
  });

  const failures: readonly (readonly [string, InvocationResult, object])[] = [
    [
      'throws',
      { kind: 'error', errorType: 'TypeError', errorMessage: 'no' },
      { errorType: 'TypeError', errorMessage: 'no' },
    ],
    [
      'times out',
      { kind: 'timeout' },
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('2.00') },
    ],
    [
      'returns more than 6 MB',
      { kind: 'ok', payload: 'x'.repeat(6_291_456) },
      { errorType: 'Function.ResponseSizeTooLarge' },
    ],
  ];
  test.each(failures)('a function that %s is a 200 with the error', async (_name, given, body) => {
    result = given;
    expect(await send()).toMatchObject({ status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body });
  });

  test.each<readonly [string, Sent, number, string]>([
    ['another function', { name: 'Other' }, 404, 'ResourceNotFoundException'],
    ['another version', { name: 'Answer:3' }, 404, 'ResourceNotFoundException'],
    ['a payload that is not JSON', { body: 'hello' }, 400, 'InvalidRequestContentException'],
    ['a payload that is not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'InvalidRequestContentException'],
    ['a payload of more than 6 MB', { body: Buffer.alloc(6_291_457, ' ') }, 413, 'RequestTooLargeException'],
    [
      'another invocation type',
      { headers: { 'x-amz-invocation-type': 'Event' } },
      400,
      'InvalidParameterValueException',
    ],
    ['another method', { method: 'PUT' }, 404, 'UnknownOperationException'],
    ['another operation', { path: '/2015-03-31/functions/Answer' }, 404, 'UnknownOperationException'],
    ['a page that resolves its name to 127.0.0.1', { headers: { host: 'evil.example' } }, 403, 'AccessDeniedException'],
  ])('rejects %s by name, and invokes nothing', async (_name, sent, status, type) => {
    expect(await send(sent)).toMatchObject({ status, headers: { 'x-amzn-errortype': type } });
    expect(events).toEqual([]);
  });

  test("accepts 6 MB, AWS's limit", async () => {
    expect((await send({ body: `"${'x'.repeat(6_291_454)}"` })).status).toBe(200);
  });
});

test("ingress's client takes what it returns", async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const { signal } = new AbortController();
  const invoke = (name: string) =>
    createInvokeFunction(new URL(`/2015-03-31/functions/${name}/invocations`, server.endpoint), 'us-east-1')(
      '{}',
      signal,
    );
  result = { kind: 'ok', payload: { message: 'hi' } };
  expect(await invoke('Answer')).toEqual({ kind: 'ok', payload: '{"message":"hi"}' });
  result = { kind: 'timeout' };
  expect(await invoke('Answer')).toEqual({ kind: 'function_error' });
  expect(await invoke('Other')).toEqual({ kind: 'no_function', serviceStatus: 404 });
});
