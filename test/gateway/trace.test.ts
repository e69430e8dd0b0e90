import { metricNames } from '../../lambda/shared/contract/metric-names';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm, type Form } from '../helpers/webhooks';
import { eventually } from './gateway-process';

// A webhook in the logs of all functions, by the request id of the HTTP API, without X-Ray.
const entry = 'test/fixtures/handlers/scripted.ts';
const person = '+15550100001';
const number = '+15550100002';

type Line = Readonly<Record<string, unknown>>;
let gateway: StageGateway;

beforeAll(async () => {
  gateway = await startStageGateway({}, {}, (stack) => {
    stack.onMessage('Messages', { entry });
    stack.onStatusChange('Statuses', { entry: 'test/fixtures/handlers/status.ts' });
  });
});

afterAll(() => gateway.close());
beforeEach(() => gateway.clearLogs());

/** Sends a webhook and waits until a handler is done with it. */
const follow = async (url: string, form: Form): Promise<readonly Line[]> => {
  expect([200, 204]).toContain((await postForm(url, form)).status);
  return eventually(() => {
    const lines = gateway.logs();
    const id = lines.find(({ reason }) => reason === 'accepted')?.['requestId'];
    expect(id).toMatch(/./);
    const found = lines.filter(({ requestId }) => requestId === id);
    expect(found.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['handled']));
    return Promise.resolve(found);
  });
};

/** The one line of a function about the webhook. */
const lineOf = (lines: readonly Line[], service: string | undefined): Line => {
  const found = lines.filter((line) => line['service'] === service && line['message'] === undefined);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
};

test('a message is one line of each function, with the same request id and the metrics of the function', async () => {
  const sid = newMessageSid();
  const text = 'a secret text';
  const form = smsForm({ MessageSid: sid, SmsSid: sid, Body: text, From: person, To: number });
  const lines = await follow(gateway.webhooks.messages, form);

  const accessLog = lineOf(lines, undefined);
  expect(accessLog).toMatchObject({ routeKey: 'ANY /messages', status: '200', sourceIp: '127.0.0.1', stage: 'dev' });
  expect(lineOf(lines, 'ingress')).toMatchObject({
    ...{ level: 'INFO', reason: 'accepted', route: 'messages', status: 200, messageSid: sid },
    ...{ Stage: 'dev', Accepted: 1 },
  });
  expect(lineOf(lines, 'consumer')).toMatchObject({
    ...{ level: 'INFO', reason: 'record_stored', eventId: sid },
    ...{ Stage: 'dev', RecordStored: 1 },
  });
  expect(lineOf(lines, 'publisher')).toMatchObject({
    ...{ level: 'INFO', reason: 'event_published', eventId: `message.received/${sid}` },
    ...{ Stage: 'dev', EventPublished: 1 },
  });
  expect(lineOf(lines, 'handler-Messages')).toMatchObject({
    ...{ level: 'INFO', reason: 'handled', eventId: `message.received/${sid}`, messageSid: sid },
    ...{ Stage: 'dev', HandlerSucceeded: 1 },
  });
  // The functions wrote no other line, and no line has what it must not have.
  expect(gateway.logs().filter(({ message }) => message === undefined)).toHaveLength(5);
  for (const secret of [text, person, number, testAccount.authToken, testAccount.accountSid]) {
    expect(gateway.logText()).not.toContain(secret);
  }
});

test('a status callback is followed in the same way, and its lines name the status', async () => {
  const sid = newMessageSid();
  const lines = await follow(gateway.webhooks.status, statusForm(sid, 'sent'));
  const eventId = `${sid}#sent#-`;
  expect(lineOf(lines, 'ingress')).toMatchObject({ route: 'status', status: 204, eventId, messageSid: sid });
  expect(lineOf(lines, 'consumer')).toMatchObject({ reason: 'record_stored', eventId });
  expect(lineOf(lines, 'handler-Statuses')).toMatchObject({ eventId: `message.status-changed/${eventId}` });
  const published = lines.filter(({ service }) => service === 'publisher').map((line) => line['eventId']);
  expect(published.sort()).toEqual([`message.status-changed/${eventId}`, `status-callback.received/${eventId}`]);
});

test('each function writes its metrics as the alarms name them', async () => {
  const sid = newMessageSid();
  await follow(gateway.webhooks.messages, smsForm({ MessageSid: sid, SmsSid: sid, From: person, To: number }));
  const withMetrics = gateway.logs().filter((line) => '_aws' in line);
  expect(withMetrics).toHaveLength(4);
  for (const line of withMetrics) {
    const { _aws } = line as { readonly _aws: { readonly CloudWatchMetrics: readonly Line[] } };
    const names = metricNames.filter((name) => name in line);
    expect(names.length).toBeGreaterThan(0);
    expect(_aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'TwilioWebhookGateway',
        Dimensions: [['service', 'Stage']],
        Metrics: names.map((Name) => ({ Name, Unit: 'Count' })),
      },
    ]);
  }
});
