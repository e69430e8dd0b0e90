import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { eventItem, historyItem, messageAttributes, statusAttributes } from '../../lambda/consumer/aws/dynamodb-items';
import { readChange, type Change } from '../../lambda/shared/events/read-change';
import { eventKey, messageKey, statusEventKey, statusKey, usageEventId } from '../../lambda/shared/contract/table';
import { eventTypes, type EventType } from '../../lambda/shared/events/gateway-event';
import { eventSchemas, schemaFile } from '../../schemas/event-schemas';

const directory = join(__dirname, '..', '..', 'schemas', 'events');
const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
const exampleFile = (type: EventType): string => schemaFile(type).replace('.json', '.example.json');

const ajv = new Ajv({ allErrors: true });
const errorsOf = (type: EventType, event: unknown): readonly string[] => {
  const validate = ajv.getSchema(`urn:twilio-webhook-gateway:${type.slice('twilio.webhook.'.length)}:1`);
  if (validate === undefined) throw new Error(`There is no schema of ${type}.`);
  return validate(event) === true
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
};

beforeAll(() => {
  for (const type of eventTypes) ajv.addSchema(read(schemaFile(type)) as object);
});

const accountSid = `AC${'0'.repeat(31)}1`;
const messageSid = `SM${'0'.repeat(31)}1`;
const receivedAt = '2026-11-27T09:30:00.000Z';
const delivery = { accountSid, requestId: '00000000-0000-4000-8000-000000000001', receivedAt, query: '' };
const addresses = { from: '+15550100001', to: '+15550100002' };

/** Items as the consumer writes them. */
const images: Readonly<Record<EventType, { readonly before?: object; readonly after: object }>> = {
  'twilio.webhook.message.received': {
    after: {
      ...keyOf(messageKey(accountSid, messageSid)),
      ...messageAttributes(
        {
          ...delivery,
          ...addresses,
          kind: 'message',
          messageSid,
          body: 'hello',
          numMedia: 1,
          media: [{ url: 'https://api.twilio.com/media/1', contentType: 'image/png' }],
          params: JSON.stringify({ MessagingServiceSid: `MG${'0'.repeat(31)}1`, ProfileName: 'Ada' }),
          attributes: { profileName: 'Ada' },
          fallback: false,
          status: 'received',
          order: 5,
        },
        0,
      ),
    },
  },
  'twilio.webhook.message.status-changed': {
    before: { status: { S: 'sent' }, statusOrder: { N: '30' } },
    after: {
      ...keyOf(messageKey(accountSid, messageSid)),
      ...messageAttributes({ ...delivery, ...addresses, kind: 'status', messageSid, status: 'sent', params: '{}' }, 0),
      ...statusAttributes({ status: 'undelivered', errorCode: '30003', order: 40, receivedAt }),
    },
  },
  'twilio.webhook.status-callback.received': {
    after: {
      ...keyOf(statusEventKey(accountSid, messageSid, statusKey('undelivered', '30003'))),
      ...historyItem(
        {
          ...delivery,
          ...addresses,
          kind: 'status',
          messageSid,
          status: 'undelivered',
          errorCode: '30003',
          query: 'order=17',
          params: JSON.stringify({ ApiVersion: '2010-04-01' }),
        },
        0,
      ),
    },
  },
  'twilio.webhook.usage-trigger.fired': {
    after: {
      ...keyOf(eventKey(accountSid, usageEventId('token'))),
      ...eventItem(
        {
          ...delivery,
          kind: 'usage',
          eventId: usageEventId('token'),
          route: 'usage',
          content: {
            params: JSON.stringify({
              UsageTriggerSid: `UT${'0'.repeat(31)}1`,
              UsageCategory: 'sms',
              CurrentValue: '1000',
              TriggerValue: '1000',
            }),
          },
          contentHash: 'hash',
        },
        0,
      ),
    },
  },
  'twilio.webhook.event.received': {
    after: {
      ...keyOf(eventKey(accountSid, 'CLOUDEVENT#1')),
      ...eventItem(
        {
          ...delivery,
          kind: 'event',
          eventId: 'CLOUDEVENT#1',
          route: 'events',
          type: 'com.twilio.messaging.message.delivered',
          source: `/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}`,
          content: { payload: '{"specversion":"1.0"}' },
          contentHash: 'hash',
        },
        0,
      ),
    },
  },
};

function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }) {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The event of a change from `before` to `after`. */
const eventOf = (type: EventType): unknown => {
  const { before, after } = images[type];
  const image = (item: object) => item as NonNullable<NonNullable<Change['dynamodb']>['NewImage']>;
  return readChange({
    dynamodb: { NewImage: image(after), ...(before && { OldImage: image({ ...after, ...before }) }) },
  })?.event;
};

test('the schemas are generated from the types: run `npm run schemas` after a change', () => {
  const generated = Object.fromEntries(eventSchemas());
  const committed = readdirSync(directory).filter((file) => !file.endsWith('.example.json'));
  expect(Object.fromEntries(committed.map((file) => [file, read(file)]))).toEqual(generated);
});

describe.each(eventTypes)('%s', (type) => {
  test('has an example that is the event of an item as the consumer writes it', () => {
    expect(eventOf(type)).toEqual(read(exampleFile(type)));
  });

  test('has an example that its schema accepts', () => {
    expect(errorsOf(type, read(exampleFile(type)))).toEqual([]);
  });

  test('accepts an event with fields that a later version may add, and one without data', () => {
    const { data, ...reference } = read(exampleFile(type)) as Readonly<Record<string, object>>;
    expect(errorsOf(type, { ...reference, added: 1, data: { ...data, added: 1 } })).toEqual([]);
    expect(errorsOf(type, reference)).toEqual([]);
  });

  test('rejects an event of another type, and one whose data lacks a field', () => {
    const example = read(exampleFile(type)) as Readonly<Record<string, object>>;
    const other = eventTypes.find((candidate) => candidate !== type);
    expect(errorsOf(type, { ...example, type: other })).not.toEqual([]);
    expect(errorsOf(type, { ...example, data: {} })).not.toEqual([]);
  });
});
