import type { DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import { createDynamoDbWebhookReader } from '../../../../../cli/clients/webhooks/dynamodb-webhook-reader';
import type { WebhookQuery } from '../../../../../cli/clients/webhooks/webhook-reader';
import { startEventTable, type EventTable } from '../../../../helpers/event-table';
import { accountSid, callback, incoming, otherAccountSid, otherEvent } from '../../../consumer/webhooks';
import { collect, eventRow, messageRow, statusRow, storeRows, tableReader } from './fixture';

const own = '+15550100002';
const person = '+15550100001';
const stranger = '+15550100003';
const sid = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;
const minute = (number: number): string => new Date(Date.UTC(2026, 2, 4, 0, number)).toISOString();
const day = { accountSids: [accountSid], since: new Date('2026-03-01'), until: new Date('2026-03-06') };

const sent = (number: number, at: number, status: string) =>
  callback(sid(number), status, { from: own, to: person, receivedAt: minute(at) });

const rows = [
  // Ten minutes before midnight.
  messageRow(incoming({ messageSid: sid(1), from: person, to: own, body: 'Hällo', receivedAt: minute(-10) })),
  messageRow(sent(2, 1, 'sent')),
  statusRow(sent(2, 1, 'sent')),
  statusRow(callback(sid(2), 'failed', { from: own, to: person, errorCode: '30003', receivedAt: minute(2) })),
  messageRow(
    incoming({
      messageSid: sid(3),
      from: `whatsapp:${person}`,
      to: `whatsapp:${own}`,
      attributes: { buttonText: 'Yes', messageType: 'button' },
      body: 'Yes',
      receivedAt: minute(3),
    }),
  ),
  messageRow(incoming({ messageSid: sid(4), from: stranger, to: own, body: 'other', receivedAt: minute(4) })),
  eventRow(otherEvent({ eventId: 'EVENT#a', subject: 'CA1', type: 'call.completed', receivedAt: minute(5) })),
  eventRow(otherEvent({ eventId: 'USAGE#b', kind: 'usage', subject: 'UT1', receivedAt: minute(6) })),
  eventRow(
    otherEvent({ eventId: 'EVENT#c', kind: 'unrecognized', reason: 'message_sid_missing', receivedAt: minute(7) }),
  ),
  messageRow(incoming({ messageSid: sid(5), accountSid: otherAccountSid, from: person, to: own })),
];

describe('the newest webhooks of a table', () => {
  let table: EventTable;
  const list = async (filter: Partial<WebhookQuery> = {}, calls: DynamoDbCalls = table.client) => {
    const reader = createDynamoDbWebhookReader(() => Promise.resolve(tableReader(calls)));
    return collect(reader.newest({ ...day, ...filter }));
  };
  const ids = async (filter: Partial<WebhookQuery>) => (await list(filter)).map(({ id }) => id);

  beforeAll(async () => {
    table = await startEventTable();
    await storeRows(table.client, rows);
  });
  afterAll(() => table.close());

  it('end when the caller has enough, also where nothing fits, and go on from there', async () => {
    const read: string[] = [];
    const isEnough = (position: string) => read.push(position) === 3;
    expect(await ids({ search: 'other', isEnough })).toEqual([]);
    expect(read).toHaveLength(3);
    expect(await ids({ search: 'other', before: read.at(-1) ?? '' })).toEqual([sid(4)]);
  });

  it('are of every kind, with id, type and subject', async () => {
    expect((await list()).map(({ id, kind, type, subject }) => [id, kind, type, subject])).toEqual([
      ['EVENT#c', 'unrecognized', null, null],
      ['USAGE#b', 'usage', null, 'UT1'],
      ['EVENT#a', 'event', 'call.completed', 'CA1'],
      [sid(4), 'message', 'message.received', sid(4)],
      [sid(3), 'message', 'message.received', sid(3)],
      [`${sid(2)}#failed#30003`, 'status', 'message.failed', sid(2)],
      [`${sid(2)}#sent#-`, 'status', 'message.sent', sid(2)],
      [sid(2), 'message', 'message.sent', sid(2)],
      [sid(1), 'message', 'message.received', sid(1)],
    ]);
  });

  it('have what people look for in a message and in a status', async () => {
    expect(await list({ kinds: ['message'], search: 'whatsapp' })).toEqual([
      {
        id: sid(3),
        kind: 'message',
        type: 'message.received',
        accountSid,
        subject: sid(3),
        receivedAt: minute(3),
        recognized: true,
        direction: 'inbound',
        from: `whatsapp:${person}`,
        to: `whatsapp:${own}`,
        body: 'Yes',
        numMedia: 0,
        status: 'received',
        errorCode: null,
        messageType: 'button',
        optOutType: null,
        reason: null,
        via: null,
        position: `${minute(3)}#${sid(3)}`,
      },
    ]);
    expect(await list({ status: 'failed' })).toMatchObject([
      { kind: 'status', direction: 'outbound', from: own, to: person, errorCode: '30003' },
    ]);
  });

  it.each<[Partial<WebhookQuery>, readonly string[]]>([
    [{ kinds: ['usage', 'unrecognized'] }, ['EVENT#c', 'USAGE#b']],
    [{ kinds: ['message'], direction: 'outbound' }, [sid(2)]],
    [{ kinds: ['message'], from: person }, [sid(3), sid(1)]],
    [{ kinds: ['message'], from: `whatsapp:${person}` }, [sid(3)]],
    [{ kinds: ['message'], to: person }, [sid(2)]],
    [{ kinds: ['message'], with: person }, [sid(3), sid(2), sid(1)]],
    [{ kinds: ['message'], with: stranger }, [sid(4)]],
    [{ type: 'call.' }, ['EVENT#a']],
    [{ subject: 'UT1' }, ['USAGE#b']],
    [{ search: 'hÄLLO' }, [sid(1)]],
    [{ search: 'message_sid' }, ['EVENT#c']],
    [{ kinds: ['message'], since: new Date('2026-03-04') }, [sid(4), sid(3), sid(2)]],
    [{ kinds: ['message'], until: new Date(minute(3)) }, [sid(2), sid(1)]],
    [{ kinds: ['message'], since: new Date(minute(3)), until: new Date(minute(4)) }, [sid(3)]],
    [{ kinds: ['message'], before: `${minute(3)}#${sid(3)}` }, [sid(2), sid(1)]],
    [{ since: new Date('2026-03-05'), before: `${minute(3)}#${sid(3)}` }, []],
    [{ accountSids: [otherAccountSid], since: new Date('2026-01-01'), until: new Date('2026-01-03') }, [sid(5)]],
  ])('with %j are those that fit it', async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  it('between two addresses come from the index by conversation, and are the same without it', async () => {
    const asked: (string | undefined)[] = [];
    const counting: DynamoDbCalls = {
      batchGetItem: (input, options) => table.client.batchGetItem(input, options),
      query: (input, options) => {
        asked.push(input.IndexName);
        return table.client.query(input, options);
      },
    };
    const unindexed: DynamoDbCalls = {
      ...counting,
      query: (input, options) =>
        table.client.query(
          { ...input, IndexName: input.IndexName === 'byConversation' ? 'absent' : input.IndexName },
          options,
        ),
    };
    const filters = [
      { from: person, to: own },
      { with: person, from: own },
      { with: person, to: own },
      { from: person, to: own, search: 'yes' },
      { from: person, to: own, since: new Date('2026-03-04') },
    ];
    for (const filter of filters) {
      const query = { ...filter, kinds: ['message'] as const };
      const found = await list(query, counting);
      expect(found).toEqual(await list(query, unindexed));
      expect(found.length).toBeGreaterThan(0);
    }
    expect(new Set(asked)).toEqual(new Set(['byConversation']));
    asked.length = 0;
    // All that the person sent, to whomever.
    expect(await list({ kinds: ['message'], from: person, with: person }, counting)).toHaveLength(2);
    expect(new Set(asked)).toEqual(new Set(['byAccountDay']));
  });

  it('of a subject include a message and its statuses, read from their partition', async () => {
    const reader = createDynamoDbWebhookReader(() => Promise.resolve(tableReader(table.client)));
    const found = await reader.bySubject(sid(2), { ...day, limit: 10 });
    expect(found.map(({ id }) => id)).toEqual([`${sid(2)}#failed#30003`, `${sid(2)}#sent#-`, sid(2)]);
    expect(await reader.bySubject('CA1', { ...day, limit: 10 })).toMatchObject([{ id: 'EVENT#a' }]);
    expect(await reader.bySubject(sid(2), { ...day, kinds: ['message'], limit: 10 })).toMatchObject([{ id: sid(2) }]);
  });
});
