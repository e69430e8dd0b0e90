import { getEventListeners, once } from 'node:events';
import { DynamoDBClient, GetItemCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createSdkClient } from '../../../lambda/aws/sdk/client';
import { answerJson, credentials, never, startService, type Answer, type Service } from './service';

const saved = { ...process.env };
let service: Service;

/** DynamoDB's client, against a service that answers what the test says. */
const start = async (
  answer: Answer,
  config: DynamoDBClientConfig = {},
  { host, requestTimeoutMs = 200 }: { readonly host?: string; readonly requestTimeoutMs?: number } = {},
): Promise<DynamoDBClient> => {
  service = await startService(answer, host);
  return createSdkClient(
    DynamoDBClient,
    { requestTimeoutMs, maxAttempts: 3 },
    { endpoint: service.endpoint, region: 'eu-west-1', credentials, retryStrategy: retries(1), ...config },
  );
};

/** Two retries after the same pause. */
const retries = (pauseMs: number): NonNullable<DynamoDBClientConfig['retryStrategy']> => {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => (count === 0 ? 0 : pauseMs) });
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (last, { errorType }) =>
      errorType === 'CLIENT_ERROR' || last.getRetryCount() === 2
        ? Promise.reject(new Error('No further attempt.'))
        : Promise.resolve(token(last.getRetryCount() + 1)),
    recordSuccess: () => undefined,
  };
};

const get = (key = 'key') => new GetItemCommand({ TableName: 'table', Key: { id: { S: key } } });
const item: Answer = (response) => answerJson(response, { Item: { id: { S: 'key' } } });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  process.env = { ...saved };
  await service.stop();
});

describe('time', () => {
  test('an attempt that is not answered ends, and the next one begins', async () => {
    const client = await start((response, request, count) => (count < 3 ? undefined : item(response, request, count)));
    expect(await client.send(get())).toMatchObject({ Item: { id: { S: 'key' } } });
    expect(service.received).toHaveLength(3);
  });

  test.each([
    ['its first byte', never],
    ['its last byte', (response) => void response.writeHead(200).write('{"Item":')],
  ] satisfies [string, Answer][])('rejects as a timeout if no attempt gets %s', async (_, answer) => {
    const client = await start(answer);
    await expect(client.send(get())).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
    expect(service.received).toHaveLength(3);
  });

  const timeIsUp = { name: 'AbortError', cause: { message: 'time is up' } };

  test('rejects a call whose signal aborts while it waits for an answer, and cuts its connection', async () => {
    const controller = new AbortController();
    let cut: Promise<unknown> | undefined;
    const answer: Answer = (response) => {
      cut = once(response, 'close');
      controller.abort(new Error('time is up'));
    };
    // Longer than this test may take: the time of the attempt must not be what cuts it.
    const client = await start(answer, {}, { requestTimeoutMs: 60_000 });
    await expect(client.send(get(), { abortSignal: controller.signal })).rejects.toMatchObject(timeIsUp);
    await cut;
    expect(service.received).toHaveLength(1);
  });

  test('rejects a call whose signal has aborted, without a request', async () => {
    const client = await start(item);
    const call = client.send(get(), { abortSignal: AbortSignal.abort(new Error('time is up')) });
    await expect(call).rejects.toMatchObject(timeIsUp);
    await wait(50);
    expect(service.received).toEqual([]);
  });

  test('rejects at once if the signal aborts before a retry, and then sends nothing more', async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    const abort = () => {
      abortedAt = performance.now();
      controller.abort();
    };
    const answer: Answer = (response) => {
      answerJson(response, {}, 500);
      setTimeout(abort, 100);
    };
    const client = await start(answer, { retryStrategy: retries(800) });
    await expect(client.send(get(), { abortSignal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - abortedAt).toBeLessThan(500);
    await wait(900);
    expect(service.received).toHaveLength(1);
  });

  test('a signal that aborts after the call has no effect', async () => {
    const client = await start(item);
    const controller = new AbortController();
    await client.send(get(), { abortSignal: controller.signal });
    // One signal may be that of many calls.
    await wait(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(await client.send(get(), { abortSignal: new AbortController().signal })).toHaveProperty('Item');
    expect(new Set(service.received.map(({ clientPort }) => clientPort)).size).toBe(1);
  });

  test('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const client = await start(item, {}, { requestTimeoutMs: 60_000 });
    const before = timers();
    await client.send(get());
    expect(timers()).toBe(before);
  });

  test('of calls at the same time, only the one whose signal aborts ends', async () => {
    const controller = new AbortController();
    const client = await start((response, request, count) => {
      if (request.body.includes('hang')) setImmediate(() => controller.abort());
      else setTimeout(() => item(response, request, count), 100);
    });
    const other = new AbortController();
    const outcomes = await Promise.allSettled(
      ['a', 'hang', 'b'].map((key) =>
        client.send(get(key), { abortSignal: (key === 'hang' ? controller : other).signal }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a call', () => {
  test('is tried again after a connection that is cut, as the same invocation', async () => {
    const client = await start((response, request, count) =>
      count === 1 ? response.destroy() : item(response, request, count),
    );
    expect(await client.send(get())).toMatchObject({ $metadata: { attempts: 2 } });
    expect(service.received.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
    ]);
    expect(new Set(service.received.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1);
  });

  test('is tried again at once after a connection that is cut within an answer', async () => {
    const answer: Answer = (response, request, count) => {
      if (count > 1) item(response, request, count);
      else response.writeHead(200).write('{"Item":', () => response.destroy());
    };
    const client = await start(answer, {}, { requestTimeoutMs: 60_000 });
    expect(await client.send(get())).toMatchObject({ $metadata: { attempts: 2 } });
  });

  test('is not tried again if AWS denies it', async () => {
    const client = await start((response) => answerJson(response, { __type: 'AccessDeniedException' }, 400));
    await expect(client.send(get())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(service.received).toHaveLength(1);
  });

  test('of another one at the same time has its own input and answer, over connections that stay open', async () => {
    const client = await start((response, { body }) =>
      answerJson(response, { Item: (JSON.parse(body) as { readonly Key: unknown }).Key }),
    );
    const keys = Array.from({ length: 10 }, (_, number) => `key ${number}`);
    for (let round = 0; round < 2; round += 1) {
      const items = await Promise.all(keys.map(async (key) => (await client.send(get(key))).Item?.['id']?.S));
      expect(items).toEqual(keys);
    }
    expect(service.received).toHaveLength(20);
    // On a busy machine an answer may come before Node knows that its request is sent: that connection is not free yet.
    expect(new Set(service.received.map(({ clientPort }) => clientPort)).size).toBeLessThan(20);
  });

  test('is signed with the session token, with the credentials that are valid now', async () => {
    let session = 0;
    const client = await start(item, {
      credentials: () =>
        Promise.resolve({ ...credentials, sessionToken: `session-${(session += 1)}`, expiration: new Date() }),
    });
    await client.send(get());
    await client.send(get());
    const [first, second] = service.received.map(({ headers }) => headers);
    expect(first?.['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request, .*x-amz-security-token.*/,
    );
    expect(second?.['x-amz-security-token']).not.toBe(first?.['x-amz-security-token']);
  });

  test('is signed again with the time of AWS if the clock here is wrong', async () => {
    const hourAhead = new Date(Date.now() + 3_600_000);
    const client = await start((response, { headers }, count) => {
      const skewed = { __type: 'InvalidSignatureException', message: 'Signature expired' };
      if (count === 1) answerJson(response, skewed, 400, { date: hourAhead.toUTCString() });
      else answerJson(response, { Item: { id: { S: String(headers['x-amz-date']) } } });
    });
    const { Item } = await client.send(get());
    expect(Item?.['id']?.S).toContain(hourAhead.toISOString().slice(0, 13).replaceAll('-', ''));
  });

  test("has the trace of its own invocation, which Lambda's loop detection needs", async () => {
    const client = await start(item);
    process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'ingress';
    for (const trace of ['Root=1-a', 'Root=1-b']) {
      process.env['_X_AMZN_TRACE_ID'] = trace;
      await client.send(get());
    }
    expect(service.received.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-a', 'Root=1-b']);
  });

  test('reaches an endpoint with an address of IPv6', async () => {
    const client = await start(item, {}, { host: '::1' });
    expect(await client.send(get())).toHaveProperty('Item');
  });

  test('sends no user agent, and neither input nor output to the log', async () => {
    const log = jest.fn();
    const client = await start(item, { logger: { debug: () => undefined, info: log, warn: log, error: log } });
    await client.send(get());
    expect(Object.keys(service.received[0]?.headers ?? {}).filter((name) => name.includes('user-agent'))).toEqual([]);
    expect(log).not.toHaveBeenCalled();
  });

  test('resolves the middleware of its operation once, with and without a signal', async () => {
    const client = await start(item);
    const resolve = jest.spyOn(GetItemCommand.prototype, 'resolveMiddleware');
    await client.send(get(), { abortSignal: new AbortController().signal });
    await client.send(get());
    expect(resolve).toHaveBeenCalledTimes(1);
    resolve.mockRestore();
  });
});
