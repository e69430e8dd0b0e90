import { getEventListeners, once } from 'node:events';
import { dynamoDbOfEachTest, get, item, retries } from './dynamodb-client';
import { answerJson, never, type Answer } from './service';

const { start, received } = dynamoDbOfEachTest();
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('time', () => {
  test('an attempt that is not answered ends, and the next one begins', async () => {
    const client = await start((response, request, count) => (count < 3 ? undefined : item(response, request, count)));
    expect(await client.send(get())).toMatchObject({ Item: { id: { S: 'key' } } });
    expect(received()).toHaveLength(3);
  });

  test.each([
    ['its first byte', never],
    ['its last byte', (response) => void response.writeHead(200).write('{"Item":')],
  ] satisfies [string, Answer][])('rejects as a timeout if no attempt gets %s', async (_, answer) => {
    const client = await start(answer);
    await expect(client.send(get())).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
    expect(received()).toHaveLength(3);
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
    expect(received()).toHaveLength(1);
  });

  test('rejects a call whose signal has aborted, without a request', async () => {
    const client = await start(item);
    const call = client.send(get(), { abortSignal: AbortSignal.abort(new Error('time is up')) });
    await expect(call).rejects.toMatchObject(timeIsUp);
    await wait(50);
    expect(received()).toEqual([]);
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
    expect(received()).toHaveLength(1);
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
    expect(new Set(received().map(({ clientPort }) => clientPort)).size).toBe(1);
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
