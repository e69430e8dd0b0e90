import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeLimit } from '../../../lambda/shared/runtime/time-limit';

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('answers what the work answers, and leaves no timer behind', async () => {
  const before = timers();
  const outer = new AbortController();
  await expect(withTimeLimit(60_000, outer.signal, () => Promise.resolve('done'))).resolves.toBe('done');
  expect(timers()).toBe(before);
});

test('rejects with the fault of the work, and leaves no timer behind', async () => {
  const before = timers();
  const { signal } = new AbortController();
  await expect(withTimeLimit(60_000, signal, () => Promise.reject(new RangeError('x')))).rejects.toThrow(
    RangeError,
  );
  expect(timers()).toBe(before);
});

test('rejects work that takes too long with a TimeoutError, also after garbage was collected', async () => {
  const { signal } = new AbortController();
  // Looked at from the beginning: it may be rejected while the collector is busy.
  const rejected = expect(withTimeLimit(50, signal, never)).rejects.toMatchObject({ name: 'TimeoutError' });
  // Makes work for the collector: where a signal is held by nobody, its timer would go with it.
  for (let round = 0; round < 20; round += 1) {
    Array.from({ length: 10_000 }, (_, at) => ({ at }));
    await sleep(1);
  }
  await rejected;
});

test('rejects work that is stopped from outside with the reason of that', async () => {
  const outer = new AbortController();
  const limited = withTimeLimit(60_000, outer.signal, never);
  outer.abort(new Error('the invocation ends'));
  await expect(limited).rejects.toThrow('the invocation ends');
});

test('the signal is aborted from the beginning where the outer one is', async () => {
  const outer = AbortSignal.abort(new Error('too late'));
  const seen = await withTimeLimit(60_000, outer, (signal) => Promise.resolve(signal.aborted));
  expect(seen).toBe(true);
});
