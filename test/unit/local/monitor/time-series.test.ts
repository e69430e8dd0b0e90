import { createTimeSeries } from '../../../../local/monitor/time-series';

const startSeconds = 1_000_000;
const withClock = () => {
  const clock = { seconds: startSeconds };
  return { clock, series: createTimeSeries(() => clock.seconds * 1000) };
};
const valuesOf = (list: readonly { readonly name: string; readonly values: readonly unknown[] }[], name: string) =>
  list.find((entry) => entry.name === name)?.values;

test('counts requests by route and by reason in steps of ten seconds', () => {
  const { clock, series } = withClock();
  series.addAccepted('messages');
  series.addAccepted('messages');
  series.addRefused('signature_mismatch');
  clock.seconds += 25;
  series.addAccepted('status');
  const read = series.read(1);
  expect(read.stepSeconds).toBe(10);
  expect(read.times).toEqual([-30, -20, -10, 0, 10, 20].map((seconds) => startSeconds + seconds));
  expect(valuesOf(read.webhooks, 'messages')).toEqual([null, null, null, 2, 0, 0]);
  expect(valuesOf(read.webhooks, 'status')).toEqual([null, null, null, 0, 0, 1]);
  expect(valuesOf(read.refused, 'signature_mismatch')).toEqual([null, null, null, 1, 0, 0]);
  expect(read.webhooks.map(({ name }) => name)).toEqual(['messages', 'status', 'usage', 'events']);
});

test('latencies have the median and the 95th percentile of each step, also after it is over', () => {
  const { clock, series } = withClock();
  for (let milliseconds = 1; milliseconds <= 100; milliseconds += 1) series.addLatency(milliseconds);
  expect(valuesOf(series.read(1).latency, 'p50')?.at(-1)).toBe(50);
  expect(valuesOf(series.read(1).latency, 'p95')?.at(-1)).toBe(95);
  clock.seconds += 10;
  series.addLatency(7);
  expect(valuesOf(series.read(1).latency, 'p50')?.slice(-2)).toEqual([50, 7]);
  expect(valuesOf(series.read(1).latency, 'p95')?.slice(-3)).toEqual([null, 95, 7]);
});

test('the backlog is the most that was seen in each queue in a step, and unknown in a step without one', () => {
  const { clock, series } = withClock();
  series.addBacklog({ events: 3 });
  series.addBacklog({ events: 2 });
  clock.seconds += 20;
  series.addBacklog({ events: 0, Replies: 4 });
  expect(valuesOf(series.read(1).backlog, 'events')?.slice(-3)).toEqual([3, null, 0]);
  expect(valuesOf(series.read(1).backlog, 'Replies')?.slice(-3)).toEqual([null, null, 4]);
});

test('24 hours are kept, and nothing older', () => {
  const { clock, series } = withClock();
  series.addAccepted('messages');
  clock.seconds += 24 * 60 * 60 - 10;
  series.addAccepted('messages');
  const day = series.read(24 * 60);
  expect(day.times).toHaveLength(8_640);
  expect(valuesOf(day.webhooks, 'messages')?.[0]).toBe(1);
  expect(valuesOf(day.webhooks, 'messages')?.at(-1)).toBe(1);
  clock.seconds += 10;
  series.addAccepted('messages');
  expect(series.read(100_000).times).toHaveLength(8_640);
  expect(valuesOf(series.read(100_000).webhooks, 'messages')?.filter((count) => count === 1)).toHaveLength(2);
});
