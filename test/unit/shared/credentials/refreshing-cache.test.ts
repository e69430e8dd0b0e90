import type { CredentialFailure } from '../../../../lambda/shared/credentials/account-secret-source';
import { createRefreshingCache, failedRead, type Read } from '../../../../lambda/shared/credentials/refreshing-cache';

const minuteMs = 60_000;

/** Resolves the reads that a test left unanswered, which also ends their timers. */
const abandoned: (() => void)[] = [];
afterEach(() => {
  for (const end of abandoned.splice(0)) end();
});

/** A cache whose reads answer when the test says so. Time to live 5 minutes, stale for up to an hour. */
const createTestCache = (random = 0.5) => {
  const clock = { now: 1_000_000 };
  const reads: ((outcome: Read<string>) => void)[] = [];
  const cache = createRefreshingCache<string>(
    () =>
      new Promise((resolve) => {
        reads.push(resolve);
        abandoned.push(() => resolve(failed));
      }),
    {
      ttlMs: 5 * minuteMs,
      maxStaleMs: 60 * minuteMs,
      now: () => clock.now,
      random: () => random,
    },
  );
  const answer = async (outcome: Read<string>) => {
    const read = reads.at(-1);
    if (read === undefined) throw new Error('no read is under way');
    read(outcome);
    await cache.inFlight();
  };
  return {
    cache,
    clock,
    reads,
    answer,
    /** Calls `get` and answers the read that it starts, if any. */
    getWith: async (outcome: Read<string>) => {
      const before = reads.length;
      const getting = cache.get();
      if (reads.length > before) await answer(outcome);
      return getting;
    },
  };
};
const ok = (value: string): Read<string> => ({ kind: 'ok', value });
const outage: CredentialFailure = { reason: 'unavailable' };
const missing: CredentialFailure = { reason: 'missing' };
const failed: Read<string> = { kind: 'failed', failure: outage };
const notFound: Read<string> = { kind: 'notFound', failure: missing };
const value = (text: string, failure?: CredentialFailure) => ({ kind: 'value', value: text, failure });

test.each<[CredentialFailure['reason'], Read<never>['kind']]>([
  ['unavailable', 'failed'],
  ['denied', 'failed'],
  ['missing', 'notFound'],
  ['placeholder', 'notFound'],
  ['invalid', 'notFound'],
])('a secret that is %s makes the read %s: only the owner drops a known value', (reason, kind) => {
  expect(failedRead({ reason, detail: 'why' })).toEqual({ kind, failure: { reason, detail: 'why' } });
});

test('concurrent callers share one read', async () => {
  const { cache, reads, answer } = createTestCache();
  const lookups = Promise.all(Array.from({ length: 100 }, () => cache.get()));
  await answer(ok('one'));
  expect(await lookups).toEqual(Array(100).fill(value('one')));
  expect(reads).toHaveLength(1);
});

test.each([
  [0, 4.5],
  [1, 5.5],
])('a value is fresh for its time to live ± 10 % (random %s: %s minutes)', async (random, minutes) => {
  const { getWith, clock, reads, cache } = createTestCache(random);
  await getWith(ok('one'));
  clock.now += minutes * minuteMs - 1;
  await cache.get();
  expect(reads).toHaveLength(1);
  clock.now += 1;
  await cache.get();
  expect(reads).toHaveLength(2);
});

test('an expired value is served while one read in the background replaces it', async () => {
  const { cache, clock, reads, getWith, answer } = createTestCache();
  await getWith(ok('one'));
  clock.now += 6 * minuteMs;
  expect(await Promise.all([cache.get(), cache.get()])).toEqual([value('one'), value('one')]);
  expect(reads).toHaveLength(2);
  await answer(ok('two'));
  expect(await cache.get()).toEqual(value('two'));
});

test('a value that expired long ago, as after an idle night, is read again before it is served', async () => {
  const { clock, getWith } = createTestCache();
  await getWith(ok('one'));
  clock.now += 11 * minuteMs;
  expect(await getWith(ok('two'))).toEqual(value('two'));
});

test('the old value is returned with the failure while reads fail, and the next read waits ten seconds', async () => {
  const { cache, clock, reads, getWith, answer } = createTestCache();
  await getWith(ok('one'));
  clock.now += 6 * minuteMs;
  await cache.get();
  await answer(failed);
  expect(await cache.get()).toEqual(value('one', outage));
  expect(reads).toHaveLength(2);
  clock.now += 10_000;
  expect(await cache.get()).toEqual(value('one', outage));
  expect(reads).toHaveLength(3);
  await answer(ok('two'));
  expect(await cache.get()).toEqual(value('two'));
});

test('a value older than allowed is no longer served while the source fails', async () => {
  const { clock, getWith } = createTestCache();
  await getWith(ok('one'));
  clock.now += 60 * minuteMs - 1;
  expect(await getWith(failed)).toEqual(value('one', outage));
  clock.now += 1;
  expect(await getWith(failed)).toEqual({ kind: 'none', failure: outage });
});

test('every call of get reads again while there is no value', async () => {
  const { reads, getWith } = createTestCache();
  expect(await getWith(failed)).toEqual({ kind: 'none', failure: outage });
  expect(await getWith(ok('one'))).toEqual(value('one'));
  expect(reads).toHaveLength(2);
});

test('a secret that is not found is not read again for five seconds, and its value is dropped', async () => {
  const { cache, clock, reads, getWith } = createTestCache();
  await getWith(ok('one'));
  clock.now += 11 * minuteMs;
  expect(await getWith(notFound)).toEqual({ kind: 'none', failure: missing });
  expect(await cache.get()).toEqual({ kind: 'none', failure: missing });
  expect(reads).toHaveLength(2);
  clock.now += 5_000;
  expect(await getWith(ok('two'))).toEqual(value('two'));
});

test('refresh reads again only if the last read began before the given time', async () => {
  const { cache, clock, reads, getWith, answer } = createTestCache();
  await getWith(ok('one'));
  await cache.refresh(clock.now);
  expect(reads).toHaveLength(1);
  clock.now += 1;
  expect(cache.lastReadBeganBefore(clock.now)).toBe(true);
  const refreshing = cache.refresh(clock.now);
  await answer(ok('two'));
  await refreshing;
  expect(await cache.get()).toEqual(value('two'));
});
