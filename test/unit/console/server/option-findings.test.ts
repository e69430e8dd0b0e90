import type { Backend, DeadLetterQueue } from '../../../../cli/clients/ports';
import { canaryFindings, laneFindings, optionFindings } from '../../../../console/server/views/option-findings';
import { readQueues } from '../../../../console/server/views/queues';
import { fakeTarget } from '../../cli/fake-environment';
import { fakeBackend } from './console-fixture';

const { signal } = new AbortController();
const now = new Date('2026-11-28T12:00:30Z');
const minutesAgo = (minutes: number): number => Date.parse('2026-11-28T12:00:00Z') / 1000 - minutes * 60;

const counts = (visible: number) => () => Promise.resolve({ visible, inFlight: 0 });
const fallback = { postUrl: 'http://lane', signedUrl: 'http://lane', queueUrl: 'lane', deadLetterQueueUrl: 'dead' };
const withLane = (waiting: number, deadLetters: number): Backend => {
  const backend = fakeBackend();
  const queue = async (): Promise<DeadLetterQueue> => ({
    ...(await backend.deadLetters('events')),
    counts: counts(deadLetters),
  });
  return { ...backend, target: { ...fakeTarget, fallback }, queueCounts: counts(waiting), deadLetters: queue };
};

/** @param values of CanarySucceeded, CanaryFailed and CanaryLatency, by minutes ago */
const withCanary = (...values: readonly Readonly<Record<number, number>>[]): Backend => ({
  ...fakeBackend(),
  awsCall: () =>
    Promise.resolve({
      status: 200,
      body: JSON.stringify({
        MetricDataResults: values.map((metric, at) => ({
          Id: `m${at}`,
          Timestamps: Object.keys(metric).map((minutes) => minutesAgo(Number(minutes))),
          Values: Object.values(metric),
        })),
      }),
    }),
});
const canary = async (...values: readonly Readonly<Record<number, number>>[]) =>
  (await canaryFindings(withCanary(...values), now, signal)).map(({ level, text }) => ({ level, text }));

test('a stage without lane and canary has no finding of them', async () => {
  expect(await laneFindings(fakeBackend())).toEqual([]);
  expect(await canary({}, {}, {})).toEqual([]);
});

test('the lane is in order while its queue is empty, waits, and has dead letters', async () => {
  expect(await laneFindings(withLane(0, 0))).toMatchObject([
    { level: 'ok', text: '0 requests are on its queue, and 0 dead letters.' },
  ]);
  expect(await laneFindings(withLane(1, 0))).toMatchObject([
    { level: 'warning', text: '1 request is on its queue, and 0 dead letters.' },
  ]);
  expect(await laneFindings(withLane(0, 2))).toMatchObject([
    { level: 'problem', advice: expect.stringContaining('dead-letters list --queue fallback') as string },
  ]);
  expect((await readQueues(withLane(3, 2))).at(-1)).toEqual({
    name: 'fallback',
    waiting: 3,
    inFlight: 0,
    deadLetters: 2,
  });
});

test('the last canary came through, with its latency', async () => {
  expect(await canary({ 10: 1, 5: 1 }, { 15: 1 }, { 10: 900, 5: 812 })).toEqual([
    { level: 'ok', text: 'The canary of 2026-11-28T11:55Z came through in 812 ms.' },
  ]);
});

test('a canary that failed, or that is not sent any more, is a problem', async () => {
  expect(await canary({ 10: 1 }, { 5: 1 }, { 10: 900 })).toEqual([
    {
      level: 'problem',
      text: 'The canary of 2026-11-28T11:55Z failed; the last came through at 2026-11-28T11:50Z.',
    },
  ]);
  expect(await canary({}, { 5: 1 }, {})).toMatchObject([
    { text: 'The canary of 2026-11-28T11:55Z failed; none came through in a day.' },
  ]);
  expect(await canary({ 180: 1 }, {}, { 180: 900 })).toMatchObject([
    { level: 'problem', text: 'No canary for two hours; the last came through at 2026-11-28T09:00Z.' },
  ]);
});

test('what CloudWatch refuses is not checked, and the lane is shown nevertheless', async () => {
  const awsCall = () => Promise.resolve({ status: 403, body: '{"message":"denied"}' });
  expect(await optionFindings({ ...withLane(0, 0), awsCall }, now, signal)).toMatchObject([
    { level: 'ok', title: 'Fallback lane' },
    { level: 'not_checked', title: 'Canary', text: expect.stringContaining('denied') as string },
  ]);
});
