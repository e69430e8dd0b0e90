import { eventDetails, type EventReader } from '../../../cli/clients/dynamodb/event-view';
import { webhookView } from '../../../cli/clients/webhooks/webhook-item';
import type { WebhookQuery, WebhookReader } from '../../../cli/clients/webhooks/webhook-reader';
import type { StoredItem } from '../../../cli/clients/dynamodb/stored-item';
import { accountSid, fakeSecrets, otherAccountSid, run, secretText } from './fake-environment';

const secrets = fakeSecrets({
  first: { AWSCURRENT: secretText(accountSid, 'dummy-token-of-account-1') },
  second: { AWSCURRENT: secretText(otherAccountSid, 'dummy-token-of-account-2') },
});
const configured = { target: { secretIds: ['first', 'second'] }, secrets };

const cloudEvent: StoredItem = {
  eventId: { S: 'CLOUDEVENT#c1' },
  kind: { S: 'event' },
  type: { S: 'com.twilio.messaging.message.sent' },
  source: { S: '/2010-04-01/Accounts' },
  accountSid: { S: accountSid },
  receivedAt: { S: '2026-03-04T05:06:07.008Z' },
  route: { S: 'events' },
  payload: { S: '{"id":"EZ1","n":1.0}' },
};
const unrecognized: StoredItem = {
  eventId: { S: 'EVENT#f00d' },
  kind: { S: 'unrecognized' },
  accountSid: { S: otherAccountSid },
  subject: { S: '+15550100001' },
  receivedAt: { S: '2026-03-04T05:06:06.008Z' },
  route: { S: 'messages' },
  reason: { S: 'message_sid_missing' },
  query: { S: 'call=1' },
  params: { S: '{"Body":"\\u001b[2J"}' },
};

const fakeReader = (items: readonly StoredItem[]) => {
  const queries: WebhookQuery[] = [];
  const events: EventReader = {
    find: (id) => Promise.resolve(items.filter((item) => item['eventId']?.S === id).map(eventDetails)),
  };
  const webhooks: Partial<WebhookReader> = {
    newest: async function* newest(query) {
      queries.push(query);
      yield* await Promise.resolve(items.map((item) => ({ ...webhookView(item), position: '' })));
    },
    bySubject: (subject, query) => {
      queries.push({ ...query, subject });
      return Promise.resolve(items.map((item) => ({ ...webhookView(item), position: '' })));
    },
  };
  return { readers: { events, webhooks }, queries };
};

describe('gateway events list', () => {
  it('prints events as JSON with exactly the documented fields, absent ones as null', async () => {
    const { readers } = fakeReader([cloudEvent, unrecognized]);
    const result = await run(['events', 'list', '--json'], { ...configured, ...readers });
    expect(result).toMatchObject({ exitCode: 0, notes: '' });
    expect(JSON.parse(result.data)).toEqual([
      {
        id: 'CLOUDEVENT#c1',
        kind: 'event',
        type: 'com.twilio.messaging.message.sent',
        accountSid,
        subject: null,
        receivedAt: '2026-03-04T05:06:07.008Z',
        recognized: true,
      },
      {
        id: 'EVENT#f00d',
        kind: 'unrecognized',
        type: null,
        accountSid: otherAccountSid,
        subject: '+15550100001',
        receivedAt: '2026-03-04T05:06:06.008Z',
        recognized: false,
      },
    ]);
  });

  it('shows people time, kind, type or reason, and the end of the account SID', async () => {
    const { readers } = fakeReader([cloudEvent, unrecognized]);
    const { data } = await run(['events', 'list', '--wide'], { ...configured, ...readers });
    const [, first = '', second = ''] = data.split('\n');
    expect(first).toMatch(/^2026-03-04T05:06:07.008Z +event +com\.twilio\S+ +- +…111111 +CLOUDEVENT#c1$/);
    expect(second).toMatch(
      /^2026-03-04T05:06:06.008Z +unrecognized +message_sid_missing +\+15550100001 +…222222 +EVENT#f00d$/,
    );
    expect(data).not.toContain(accountSid);
  });

  it('reads the newest 50 of 30 days of every configured account, or as the options say', async () => {
    const { readers, queries } = fakeReader([]);
    await run(['events', 'list'], { ...configured, ...readers });
    await run(['events', 'list', '--unrecognized', '--limit', '7', '--days', '2', '--account', otherAccountSid], {
      ...readers,
    });
    expect(queries).toMatchObject([
      {
        accountSids: [accountSid, otherAccountSid],
        since: new Date('2026-02-03'),
        until: new Date('2026-03-06'),
        kinds: ['usage', 'event', 'unrecognized'],
      },
      { accountSids: [otherAccountSid], since: new Date('2026-03-03'), kinds: ['unrecognized'] },
    ]);
  });

  it('lists statuses with --kind, and every kind about a SID', async () => {
    const { readers, queries } = fakeReader([]);
    const parts = { ...configured, ...readers };
    await run(['events', 'list', '--kind', 'status,usage', '--type', 'message.', '--since', '2h'], parts);
    await run(['events', 'list', '--subject', `CA${'1'.repeat(32)}`], parts);
    expect(queries[0]).toMatchObject({
      kinds: ['status', 'usage'],
      type: 'message.',
      since: new Date('2026-03-04T03:06:07.008Z'),
    });
    expect(queries[1]).toMatchObject({ subject: `CA${'1'.repeat(32)}` });
    expect(queries[1]).not.toHaveProperty('kinds');
  });

  it('prints an empty list as [] or No events, exits with 0 and names the accounts and days', async () => {
    const parts = { ...configured, ...fakeReader([]).readers };
    expect(await run(['events', 'list', '--json'], parts)).toMatchObject({ exitCode: 0, data: '[]' });
    const forPeople = await run(['events', 'list', '--unrecognized'], parts);
    expect(forPeople).toMatchObject({ exitCode: 0, data: 'No events' });
    expect(forPeople.notes).toMatch(/30 days.*unrecognized events of …111111, …222222/);
  });

  it.each([[['--limit', '0']], [['--days', 'many']], [['--account', 'SM1']]])(
    'rejects %s with exit code 2',
    async (args) => {
      const { readers, queries } = fakeReader([]);
      const result = await run(['events', 'list', ...args], { ...configured, ...readers });
      expect(result).toMatchObject({ exitCode: 2, data: '' });
      expect(queries).toEqual([]);
    },
  );
});

describe('gateway events show', () => {
  const parts = { ...configured, ...fakeReader([cloudEvent, unrecognized]).readers };

  it('prints all that is stored as JSON, the payload character for character', async () => {
    const result = await run(['events', 'show', 'CLOUDEVENT#c1', '--json'], parts);
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.data)).toMatchObject({
      id: 'CLOUDEVENT#c1',
      recognized: true,
      source: '/2010-04-01/Accounts',
      route: 'events',
      reason: null,
      params: null,
      payload: '{"id":"EZ1","n":1.0}',
      payloadBase64: null,
      via: null,
      others: [],
    });
  });

  it('prints the reason, the query and the parameters as text, escaped', async () => {
    const { data } = await run(['events', 'show', 'EVENT#f00d'], parts);
    for (const text of ['message_sid_missing', 'call=1', '\\u001b[2J', otherAccountSid]) expect(data).toContain(text);
  });

  it('shows every event of the id, and says that there are several', async () => {
    const two = fakeReader([cloudEvent, { ...cloudEvent, payload: { S: '{"other":true}' } }]).readers;
    const json = await run(['events', 'show', 'CLOUDEVENT#c1', '--json'], { ...configured, ...two });
    expect(JSON.parse(json.data)).toMatchObject({ others: [{ payload: '{"other":true}' }] });
    expect(json.notes).toContain('2 events have this id');
    const { data } = await run(['events', 'show', 'CLOUDEVENT#c1'], { ...configured, ...two });
    expect(data).toContain('{"other":true}');
  });

  it('shows the events about a SID that is not a message', async () => {
    const { readers, queries } = fakeReader([cloudEvent, unrecognized]);
    const subject = `CA${'1'.repeat(32)}`;
    const result = await run(['events', 'show', subject, '--json'], { ...configured, ...readers });
    expect(queries).toMatchObject([{ subject, since: new Date('2026-02-03') }]);
    expect(JSON.parse(result.data)).toMatchObject({ id: 'CLOUDEVENT#c1', others: [{ id: 'EVENT#f00d' }] });
    expect(result.notes).toBe(`2 events are about ${subject}.`);
  });

  it('rejects an unknown id with exit code 1 and suggests --account', async () => {
    const result = await run(['events', 'show', 'CLOUDEVENT#c2'], parts);
    expect(result).toMatchObject({ exitCode: 1, data: '' });
    expect(result.notes).toMatch(/--account <AccountSid>/);
  });
});
