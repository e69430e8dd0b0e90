import type { Backend } from '../../../../cli/clients/ports';
import type { Health, Metrics, RefusedList, Setup } from '../../../../console/api';
import { readAlarms } from '../../../../console/server/cloudwatch/alarms';
import { readStageMetrics } from '../../../../console/server/cloudwatch/stage-metrics';
import { fakeTarget } from '../../cli/fake-environment';
import { fakeBackend, fakeContext, startTestConsole } from './console-fixture';

interface Call {
  readonly service: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface MetricInput {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly unknown[] };
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
}

const apiUrl = (route: string) => {
  const url = `https://abc123.execute-api.eu-central-1.amazonaws.com/prod/${route}`;
  return { postUrl: url, signedUrl: url };
};

const stage = {
  ...fakeTarget,
  name: 'stage prod',
  stage: 'prod',
  production: true,
  baseUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com/prod',
  webhooks: {
    messages: apiUrl('messages'),
    status: apiUrl('status'),
    usage: apiUrl('usage'),
    events: apiUrl('events'),
  },
  handlers: [{ name: 'Replies', queue: 'https://sqs/1/replies', deadLetterQueue: 'https://sqs/1/replies-dead' }],
  connection: { kind: 'sdk' as const, region: 'eu-central-1' },
};

const now = Date.parse('2026-11-22T09:00:30.000Z');
const end = Date.parse('2026-11-22T09:01:00.000Z') / 1000;

/** CloudWatch with these sums in the last minute but one. */
const cloudWatch = (
  values: Readonly<Record<string, number>>,
  calls: Call[] = [],
): Pick<Backend, 'target' | 'awsCall'> => ({
  target: stage,
  awsCall: (service, action, input) => {
    calls.push({ service, action, input: input as Call['input'] });
    const { MetricDataQueries: queries } = input as MetricInput;
    const body = {
      MetricDataResults: queries.map(({ Id, MetricStat: { Metric } }) => {
        const value = values[Metric.MetricName];
        return { Id, Timestamps: value === undefined ? [] : [end - 120], Values: value === undefined ? [] : [value] };
      }),
    };
    return Promise.resolve({ status: 200, body: JSON.stringify(body) });
  },
});

describe('the charts of a stage', () => {
  test('have a time for each step, zero where nothing was counted, and null where nothing is known', async () => {
    const calls: Call[] = [];
    const backend = cloudWatch({ Accepted: 7, SignatureRejected: 2, Latency: 41 }, calls);
    const metrics: Metrics = await readStageMetrics(backend, 3, now);
    expect(metrics).toMatchObject({ times: [end - 180, end - 120, end - 60], stepSeconds: 60 });
    const series = Object.fromEntries(metrics.charts.map((chart) => [chart.name, chart.series]));
    expect(series['webhooks']).toEqual([
      { name: 'accepted', values: [0, 7, 0] },
      { name: 'stored', values: [0, 0, 0] },
    ]);
    expect(series['latency']).toEqual([
      { name: 'p50', values: [null, 41, null] },
      { name: 'p95', values: [null, 41, null] },
    ]);
    expect(series['refused']).toEqual([{ name: 'signature rejected', values: [0, 2, 0] }]);
    expect(series['backlog']?.map(({ name }) => name)).toEqual(['events', 'dead letters', 'Replies']);
    expect(new Set(calls.map(({ service, action }) => `${service} ${action}`))).toEqual(
      new Set(['monitoring GraniteServiceVersion20100801.GetMetricData']),
    );
    expect(JSON.stringify(calls)).toContain('{"Name":"ApiId","Value":"abc123"},{"Name":"Stage","Value":"prod"}');
  });

  test('of a day have steps of five minutes', async () => {
    const metrics = await readStageMetrics(cloudWatch({}), 24 * 60, now);
    expect(metrics.stepSeconds).toBe(300);
    expect(metrics.times).toHaveLength(288);
  });

  test('without the permission say which one, with the reason of AWS', async () => {
    const awsCall: Backend['awsCall'] = () =>
      Promise.resolve({ status: 403, body: JSON.stringify({ __type: 'AccessDenied', message: 'not authorized' }) });
    await expect(readStageMetrics({ target: stage, awsCall }, 3, now)).rejects.toThrow(
      /AWS refused cloudwatch:GetMetricData: not authorized/,
    );
  });
});

test('the alarms are those of the stack, the ones that went off first', async () => {
  const calls: Call[] = [];
  const awsCall: Backend['awsCall'] = (service, action, input) => {
    calls.push({ service, action, input: input as Call['input'] });
    const MetricAlarms = [
      { AlarmName: 'TwilioWebhookGateway-prod-A', StateValue: 'OK', StateReason: 'fine' },
      { AlarmName: 'TwilioWebhookGateway-prod-B', StateValue: 'ALARM', StateReason: 'above 1' },
    ];
    return Promise.resolve({ status: 200, body: JSON.stringify({ MetricAlarms }) });
  };
  const alarms: Health['alarms'] = await readAlarms({ target: stage, awsCall });
  expect(alarms.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'TwilioWebhookGateway-prod-B ALARM',
    'TwilioWebhookGateway-prod-A OK',
  ]);
  expect(calls[0]?.input).toMatchObject({ AlarmNamePrefix: 'TwilioWebhookGateway-prod-' });
});

describe('the console of a stage', () => {
  const start = (parts: Partial<Backend> = {}) => {
    const backend = fakeBackend({ ...cloudWatch({ SignatureRejected: 4, ConfigError: 9 }), ...parts });
    return startTestConsole({ backend: () => Promise.resolve(backend), allowsChanges: false, context: fakeContext });
  };

  test('names the stage, what must be typed, and that nothing may be changed', async () => {
    const served = await start();
    const info: unknown = JSON.parse((await served.call('/api/gateway')).text);
    expect(info).toMatchObject({
      name: 'stage prod',
      isLocal: false,
      isProduction: true,
      allowsChanges: false,
      confirmation: 'prod',
      handlers: ['Replies'],
      keepsRefused: false,
      hasStandIn: false,
    });
    await served.close();
  });

  test('counts why requests were refused in the last hour, and has no request', async () => {
    const served = await start();
    const list = JSON.parse((await served.call('/api/refused')).text) as RefusedList;
    expect(list).toEqual({
      requests: [],
      reasons: [
        { reason: 'secret missing, denied or malformed', count: 9 },
        { reason: 'signature rejected', count: 4 },
      ],
      period: 'in the last hour',
    });
    expect((await served.call('/api/refused/any')).status).toBe(404);
    await served.close();
  });

  test('shows handlers by their queues where CloudWatch refuses', async () => {
    const awsCall: Backend['awsCall'] = () => Promise.resolve({ status: 403, body: '{}' });
    const served = await start({ awsCall });
    expect(JSON.parse((await served.call('/api/handlers')).text)).toMatchObject({
      handlers: [{ name: 'Replies', handled: null, failed: null, deadLetters: 0, waiting: 0 }],
    });
    await served.close();
  });

  test('gives the URLs with the overrides for retries, and the commands with the stage', async () => {
    const served = await start();
    const setup = JSON.parse((await served.call('/api/setup')).text) as Setup;
    expect(setup.urls[0]?.url).toBe(`${stage.baseUrl}/messages#rc=3&rp=4xx,5xx,ct,rt`);
    expect(setup.hint).toBeNull();
    expect(setup.commands.map(({ command }) => command)).toContain('npx gateway twilio plan --stage prod');
    await served.close();
  });
});
