import { setTimeout as sleep } from 'node:timers/promises';
import { raceDeadline, startDeadline, withDeadline } from '../../../lambda/shared/runtime/deadline';

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('answers what the work answers, and leaves no timer behind', async () => {
  const before = timers();
  await expect(withDeadline(60_000, () => Promise.resolve('done'))).resolves.toBe('done');
  expect(timers()).toBe(before);
});

test('rejects with the error of the work, and leaves no timer behind', async () => {
  const before = timers();
  await expect(withDeadline(60_000, () => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
  expect(timers()).toBe(before);
});

test('rejects work that takes too long with a TimeoutError, also after garbage was collected', async () => {
  const { signal } = new AbortController();
  // Awaited from the beginning: it may be rejected while the collector is busy.
  const rejected = expect(withDeadline(50, never, signal)).rejects.toMatchObject({ name: 'TimeoutError' });
  // Garbage, so that the collector runs: a signal that nothing holds would be collected together with its timer.
  for (let round = 0; round < 20; round += 1) {
    Array.from({ length: 10_000 }, (_, at) => ({ at }));
    await sleep(1);
  }
  await rejected;
});

test('rejects work with the reason of the outer signal when that aborts', async () => {
  const outer = new AbortController();
  const limited = withDeadline(60_000, never, outer.signal);
  outer.abort(new Error('the invocation ends'));
  await expect(limited).rejects.toThrow('the invocation ends');
});

test('the signal is aborted from the beginning if the outer one is', async () => {
  const outer = AbortSignal.abort(new Error('too late'));
  const seen = await withDeadline(60_000, (signal) => Promise.resolve(signal.aborted), outer);
  expect(seen).toBe(true);
});

describe('raceDeadline', () => {
  const pending = new Promise<string>(() => undefined);
  const late = () => 'late';

  test('answers what the promise answers in time', async () => {
    const { signal } = new AbortController();
    await expect(raceDeadline(signal, Promise.resolve('in time'), late)).resolves.toBe('in time');
  });

  test('rejects with the error of the promise', async () => {
    const { signal } = new AbortController();
    await expect(raceDeadline(signal, Promise.reject(new RangeError('x')), late)).rejects.toThrow(RangeError);
  });

  test('does not wait for a promise that ignores the signal', async () => {
    const answer = withDeadline(20, (signal) => raceDeadline(signal, pending, late));
    await expect(answer).resolves.toBe('late');
  });

  test('answers at once if the signal has aborted before', async () => {
    await expect(raceDeadline(AbortSignal.abort(), pending, late)).resolves.toBe('late');
  });
});

describe('startDeadline', () => {
  const pending = new Promise<string>(() => undefined);
  const late = () => 'late';

  test('answers what the promise answers in time, and leaves no timer behind', async () => {
    const before = timers();
    const deadline = startDeadline(60_000);
    await expect(deadline.race(Promise.resolve('in time'), late)).resolves.toBe('in time');
    await expect(deadline.race(Promise.reject(new RangeError('x')), late)).rejects.toThrow(RangeError);
    deadline.clear();
    expect(timers()).toBe(before);
    expect(deadline.signal.aborted).toBe(false);
  });

  test('does not wait for a promise when the time is up, nor for a later one', async () => {
    const deadline = startDeadline(20);
    await expect(deadline.race(pending, late)).resolves.toBe('late');
    await expect(deadline.race(pending, late)).resolves.toBe('late');
  });

  test('aborts a signal that was read before, and one that is read later, with a TimeoutError', async () => {
    const [early, unread] = [startDeadline(20), startDeadline(20)];
    const { signal } = early;
    expect(signal.aborted).toBe(false);
    await Promise.all([early.race(pending, late), unread.race(pending, late)]);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(unread.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(early.signal).toBe(signal);
  });
});
