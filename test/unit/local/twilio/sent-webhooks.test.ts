import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSentWebhooks, type SentWebhook } from '../../../../local/twilio/lists/sent-webhooks';

const webhook = (at: number, body = 'a=é&b=%20'): SentWebhook => ({
  ...{ at, method: 'POST', target: '/dev/messages?a="b"', host: 'localhost', signature: 'c2ln' },
  body: Buffer.from(body),
});
const times = (webhooks: readonly SentWebhook[]) => webhooks.map(({ at }) => at);

describe('the webhooks that were sent, in memory', () => {
  test('are given once, as they were', async () => {
    const sent = await openSentWebhooks({ path: undefined });
    sent.add(webhook(1));
    sent.add(webhook(2, ''));
    expect(sent.take()).toEqual([webhook(1), webhook(2, '')]);
    sent.add(webhook(3));
    expect(times(sent.take())).toEqual([3]);
    expect(sent.take()).toEqual([]);
    await sent.close();
  });

  test('are the latest of many, and none that is larger than any that Twilio sends', async () => {
    const onBlock = jest.fn();
    const sent = await openSentWebhooks({ path: undefined, maxBytes: 1024 * 1024, onBlock });
    for (let at = 0; at < 20_000; at += 1) sent.add(webhook(at, 'x'.repeat(500)));
    sent.add(webhook(99, 'x'.repeat(300 * 1024)));
    const kept = times(sent.take());
    expect(kept.at(-1)).toBe(19_999);
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.length).toBeLessThan(2_000);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 20_000 - kept.length + at));
    expect(onBlock.mock.calls.length).toBeGreaterThan(10);
    await sent.close();
  });
});

describe('the webhooks that were sent, in a file', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sent-webhooks-'));
    path = join(directory, 'sent');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const open = (maxBytes?: number) => openSentWebhooks({ path, ...(maxBytes === undefined ? {} : { maxBytes }) });
  const fill = async (ats: readonly number[], maxBytes?: number, body?: string): Promise<void> => {
    const sent = await open(maxBytes);
    for (const at of ats) sent.add(webhook(at, body));
    await sent.close();
  };
  const kept = async (maxBytes?: number): Promise<readonly number[]> => {
    const sent = await open(maxBytes);
    const found = times(sent.take());
    await sent.close();
    return found;
  };

  test('are there after each restart, also if they were taken before', async () => {
    await fill([1, 2]);
    expect(await kept()).toEqual([1, 2]);
    await fill([3]);
    expect(await kept()).toEqual([1, 2, 3]);
  });

  test('are written while the gateway runs', async () => {
    const sent = await open();
    sent.add(webhook(1));
    const since = Date.now();
    while ((await readFile(path)).length === 0) {
      if (Date.now() - since > 5_000) throw new Error('Nothing was written.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    sent.take();
    sent.add(webhook(2));
    await sent.close();
    expect(await kept()).toEqual([1, 2]);
  });

  test('end before one that was cut off, and the next one follows', async () => {
    await fill([1, 2]);
    await truncate(path, (await readFile(path)).length - 3);
    expect(await kept()).toEqual([1]);
    await fill([3]);
    expect(await kept()).toEqual([1, 3]);
    await appendFile(path, Buffer.from([200, 0, 0]));
    expect(await kept()).toEqual([1, 3]);
  });

  test('start empty after a damaged file', async () => {
    await writeFile(path, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x7b, 1, 0, 0, 0, 0, 0, 0, 0, 0x7b]));
    expect(await kept()).toEqual([]);
    await fill([1]);
    expect(await kept()).toEqual([1]);
  });

  test('are in two files of limited size', async () => {
    const limit = 300 * 1024;
    const body = 'x'.repeat(10_000);
    for (let round = 0; round < 8; round += 1) {
      await fill(
        Array.from({ length: 20 }, (_, at) => round * 20 + at),
        limit,
        body,
      );
    }
    const sizes = await Promise.all([path, `${path}.old`].map(async (name) => (await readFile(name)).length));
    expect(Math.max(...sizes)).toBeLessThan(limit + 250_000);
    const found = await kept(limit);
    expect(found.at(-1)).toBe(159);
    expect(found).toEqual(Array.from({ length: found.length }, (_, at) => 160 - found.length + at));
    expect(found.length).toBeLessThan(160);
  });
});
