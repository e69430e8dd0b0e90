import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetricStore } from '../../../../local/cloudwatch/metric-store';
import { startMetricsApi } from '../../../../local/cloudwatch/metrics-api';
import type { AnsweredRequest } from '../../../../local/monitor/answered-request';

const minute = 1_800_000_000;
const namespace = 'TwilioWebhookGateway';
const line = (service: string, counts: Readonly<Record<string, number>>): string =>
  `${JSON.stringify({
    level: 'INFO',
    service,
    reason: 'accepted',
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [{ Namespace: namespace, Metrics: Object.keys(counts).map((Name) => ({ Name })) }],
    },
    Stage: 'dev',
    ...counts,
  })}\n`;
const answered = (fields: Partial<AnsweredRequest>): AnsweredRequest =>
  ({ route: 'messages', status: 204, isSwallowed: false, ...fields }) as AnsweredRequest;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'metrics-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('sums by minute and function, which a restart keeps', async () => {
  const path = join(directory, 'metrics.json');
  let now = minute * 1000;
  const store = await createMetricStore(path, () => now);
  store.printed(line('ingress', { Accepted: 2 }) + line('ingress', { Accepted: 1, BasicChallenge: 1 }));
  store.printed('not JSON\n{"service":"ingress","reason":"no metrics"}\n');
  now += 60_000;
  store.printed(line('consumer', { RecordStored: 4 }) + line('ingress', { Accepted: 5 }));
  await store.close();

  const again = await createMetricStore(path, () => now);
  const read = (of: string | undefined, metric: string, from = minute, to = minute + 120) =>
    Object.fromEntries(again.read({ namespace, metric, of }, from, to));
  expect(read('ingress', 'Accepted')).toEqual({ [minute]: 3, [minute + 60]: 5 });
  expect(read('ingress', 'Accepted', minute + 60)).toEqual({ [minute + 60]: 5 });
  expect(read('consumer', 'Accepted')).toEqual({});
  expect(read('consumer', 'RecordStored')).toEqual({ [minute + 60]: 4 });
  await again.close();
});

test('a request that was swallowed, and a route of the app, are not counted', async () => {
  const store = await createMetricStore(undefined, () => minute * 1000);
  for (const fields of [
    {},
    { status: 403 },
    { status: 404, route: undefined },
    { status: 503 },
    { status: 503, isSwallowed: true },
    { route: 'mine' },
  ]) {
    store.answered(answered(fields));
  }
  store.sent('Echo.fifo');
  store.sent('Echo.fifo');
  store.sent('Other');
  const api = await startMetricsApi(store);
  const query = (MetricName: string, Id: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/ApiGateway', MetricName }, Period: 3600 },
  });
  const ofQueue = {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: 'Echo.fifo' }],
  };
  const answer = await fetch(api.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' },
    body: JSON.stringify({
      StartTime: minute,
      EndTime: minute + 60,
      MetricDataQueries: [
        query('Count', 'a'),
        query('4xx', 'b'),
        query('5xx', 'c'),
        { Id: 'd', MetricStat: { Metric: ofQueue, Period: 3600 } },
      ],
    }),
  });
  const { MetricDataResults } = (await answer.json()) as { MetricDataResults: { Id: string; Values: number[] }[] };
  expect(MetricDataResults.map(({ Id, Values }) => [Id, Values])).toEqual([
    ['a', [4]],
    ['b', [2]],
    ['c', [1]],
    ['d', [2]],
  ]);
  expect((await fetch(api.endpoint, { method: 'POST', body: '{}' })).status).toBe(400);
  await api.close();
});
