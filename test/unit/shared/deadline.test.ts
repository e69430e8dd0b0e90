import { setTimeout as sleep } from 'node:timers/promises';
import { withDeadline } from '../../../lambda/shared/runtime/deadline';

const never = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('answers what the work answers, and leaves no timer behind', async () => {
  const before = timers();
  const outer = new AbortController();
  await expect(withDeadline(60_000, () => Promise.resolve('done'), outer.signal)).resolves.toBe('done');
  expect(timers()).toBe(before);
});

test('rejects with the fault of the work, and leaves no timer behind', async () => {
  const before = timers();
  const { signal } = new AbortController();
  await expect(withDeadline(60_000, () => Promise.reject(new RangeError('x')), signal)).rejects.toThrow(
    RangeError,
  );
  expect(timers()).toBe(before);
});

test('rejects work that takes too long with an AbortError, also after garbage was collected', async () => {
  const { signal } = new AbortController();
  // Looked at from the beginning: it may be rejected while the collector is busy.
  const rejected = expect(withDeadline(50, never, signal)).rejects.toMatchObject({ name: 'AbortError' });
  // Makes work for the collector: where a signal is held by nobody, its timer would go with it.
  for (let round = 0; round < 20; round += 1) {
    Array.from({ length: 10_000 }, (_, at) => ({ at }));
    await sleep(1);
  }
  await rejected;
});

test('rejects work that is stopped from outside with the reason of that', async () => {
  const outer = new AbortController();
  const limited = withDeadline(60_000, never, outer.signal);
  outer.abort(new Error('the invocation ends'));
  await expect(limited).rejects.toThrow('the invocation ends');
});

test('the signal is aborted from the beginning where the outer one is', async () => {
  const outer = AbortSignal.abort(new Error('too late'));
  const seen = await withDeadline(60_000, ({ signal }) => Promise.resolve(signal.aborted), outer);
  expect(seen).toBe(true);
});
