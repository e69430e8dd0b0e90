import { readCounts } from '../../../../cli/account/read-counts';
import type { Backend } from '../../../../cli/clients/ports';

interface Asked {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] };
      readonly Period: number;
    };
  }[];
}

const url = 'https://abc123.execute-api.eu-central-1.amazonaws.com/prod';
const deployed = (messages: string): Backend['target'] =>
  ({
    name: 'stage prod',
    stage: 'prod',
    webhooks: { messages: { postUrl: messages, signedUrl: messages } },
    handlers: [
      { name: 'Echo', queue: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Echo.fifo', deadLetterQueue: 'd' },
    ],
    connection: { kind: 'sdk' },
  }) as unknown as Backend['target'];

/** Every metric is 2 in the first minute and 3 in the last. */
const readFrom = async (messages: string, days = 0.01) => {
  const asked: Asked[] = [];
  const from = 1_800_000_000;
  const to = from + Math.round(days * 86_400);
  const counts = await readCounts(
    {
      target: deployed(messages),
      awsCall: (_service, _action, input) => {
        const query = input as Asked;
        asked.push(query);
        const results = query.MetricDataQueries.map(({ Id }) => ({ Id, Timestamps: [from, to - 24], Values: [2, 3] }));
        return Promise.resolve({ status: 200, body: JSON.stringify({ MetricDataResults: results }) });
      },
    },
    { from, to: to - (to % 60) + 60 },
    new AbortController().signal,
  );
  return { counts, queries: asked.flatMap(({ MetricDataQueries }) => MetricDataQueries) };
};

test('a deployed stage: its metrics in CloudWatch, by function, stage and API', async () => {
  const { counts, queries } = await readFrom(`${url}/messages`);
  expect(counts.of('ingress', 'Accepted')).toBe(5);
  expect(counts.of('handler-Echo', 'HandlerSucceeded')).toBe(5);
  expect(counts.of('ingress', 'Unknown')).toBe(0);
  expect(counts.api).toEqual({ received: 5, clientErrors: 5, serverErrors: 5 });
  const dimensionsOf = (name: string) =>
    queries
      .find(({ MetricStat }) => MetricStat.Metric.MetricName === name)
      ?.MetricStat.Metric.Dimensions.map(({ Value }) => Value);
  expect(dimensionsOf('Accepted')).toEqual(['ingress', 'prod']);
  expect(dimensionsOf('Count')).toEqual(['abc123', 'prod']);
});

test('a queue is named by the end of its URL', async () => {
  const { counts, queries } = await readFrom(`${url}/messages`);
  expect(counts.sentTo('https://sqs.eu-central-1.amazonaws.com/123456789012/Echo.fifo')).toBe(5);
  const sent = queries.find(({ MetricStat }) => MetricStat.Metric.MetricName === 'NumberOfMessagesSent');
  expect(sent?.MetricStat.Metric.Dimensions).toEqual([{ Name: 'QueueName', Value: 'Echo.fifo' }]);
});

test('a long period has fewer values than CloudWatch returns at once', async () => {
  const { queries } = await readFrom(`${url}/messages`, 30);
  const [{ MetricStat } = { MetricStat: { Period: 0 } }] = queries;
  expect(((30 * 86_400) / MetricStat.Period) * queries.length).toBeLessThan(100_800);
});
