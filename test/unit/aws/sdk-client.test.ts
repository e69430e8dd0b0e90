import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDbOfEachTest, get, item } from './dynamodb-client';
import { answerJson, credentials, type Answer } from './service';

const saved = { ...process.env };
const { start, received } = dynamoDbOfEachTest();

afterEach(() => {
  process.env = { ...saved };
});

describe('a call', () => {
  test('is tried again after a connection that is cut, as the same invocation', async () => {
    const client = await start((response, request, count) =>
      count === 1 ? response.destroy() : item(response, request, count),
    );
    expect(await client.send(get())).toMatchObject({ $metadata: { attempts: 2 } });
    expect(received().map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
    ]);
    expect(new Set(received().map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1);
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
    expect(received()).toHaveLength(1);
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
    expect(received()).toHaveLength(20);
    // On a busy machine an answer may come before Node knows that its request is sent: that connection is not free yet.
    expect(new Set(received().map(({ clientPort }) => clientPort)).size).toBeLessThan(20);
  });

  test('is signed with the session token, with the credentials that are valid now', async () => {
    let session = 0;
    const client = await start(item, {
      credentials: () =>
        Promise.resolve({ ...credentials, sessionToken: `session-${(session += 1)}`, expiration: new Date() }),
    });
    await client.send(get());
    await client.send(get());
    const [first, second] = received().map(({ headers }) => headers);
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
    expect(received().map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-a', 'Root=1-b']);
  });

  test('reaches an endpoint with an address of IPv6', async () => {
    const client = await start(item, {}, { host: '::1' });
    expect(await client.send(get())).toHaveProperty('Item');
  });

  test('sends no user agent, and neither input nor output to the log', async () => {
    const log = jest.fn();
    const client = await start(item, { logger: { debug: () => undefined, info: log, warn: log, error: log } });
    await client.send(get());
    expect(Object.keys(received()[0]?.headers ?? {}).filter((name) => name.includes('user-agent'))).toEqual([]);
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
