import { keyAttributes, type Item } from '../../../lambda/aws/dynamodb-writes';
import { canaryKey, optOutKey } from '../../../lambda/shared/contract/table';
import { eventTypes } from '../../../lambda/shared/events/gateway-event';
import { readChange, readStored } from '../../../lambda/shared/events/read-change';
import { breakerSortKeyPrefix } from '../../../lambda/shared/breaker/breaker-record';
import { conversationIdOf } from '../../../lambda/shared/events/conversation';
import { accountSid, at, callback, from, incoming, nextMessageSid, otherEvent, to } from '../consumer/webhooks';
import {
  change,
  eventImage,
  historyImage,
  markerImage,
  messageImage,
  otherContentImage,
  statusImage,
  without,
} from './images';

const conversationId = conversationIdOf(accountSid, from, to);
const messageSid = nextMessageSid();
const message = incoming({ messageSid });

const read = (after: Item | undefined, before?: Item) => readChange(change(after, before));

test('a conversation is the same in both directions, and another one in another account or with another number', () => {
  expect(conversationIdOf(accountSid, to, from)).toBe(conversationId);
  const others = [
    conversationIdOf(`AC${'0'.repeat(32)}`, from, to),
    conversationIdOf(accountSid, from, '+15550100077'),
    conversationIdOf(accountSid, '+15550100077', to),
  ];
  expect(new Set([conversationId, ...others]).size).toBe(4);
});

describe('an incoming message', () => {
  test('is an event with everything about it', () => {
    const params = { MessagingServiceSid: `MG${'4'.repeat(32)}`, OptOutType: 'STOP' };
    const media = [{ url: 'https://api.twilio.com/1', contentType: 'image/png' }];
    const image = messageImage({ ...message, media, numMedia: 1, params: JSON.stringify(params), query: 'a=1' });
    expect(read(image)).toEqual({
      event: {
        specversion: '1.0',
        type: 'twilio.webhook.message.received',
        id: `message.received/${messageSid}`,
        source: `/accounts/${accountSid}`,
        subject: messageSid,
        time: message.receivedAt,
        datacontenttype: 'application/json',
        dataschema: 'urn:twilio-webhook-gateway:message.received:1',
        item: { pk: `${accountSid}#MESSAGE#${messageSid}`, sk: 'MESSAGE' },
        data: {
          messageSid,
          accountSid,
          from,
          to,
          body: message.body,
          media,
          messagingServiceSid: params.MessagingServiceSid,
          optOutType: 'STOP',
          conversationId,
          fallback: false,
          query: 'a=1',
          params,
        },
      },
      groupId: conversationId,
      deduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
      attributes: {
        ...{ type: 'twilio.webhook.message.received', accountSid, from, to, optOutType: 'STOP' },
        requestId: message.requestId,
      },
    });
  });

  test('has no text where Twilio sent none', () => {
    expect(read(without(messageImage(message), 'body'))?.event.data).not.toHaveProperty('body');
  });

  test('is an event even if one of its status callbacks came first, and keeps its higher status', () => {
    const before = statusImage(callback(messageSid, 'sent'));
    const after = { ...before, ...messageImage(message), ...pick(before, 'status', 'statusOrder', 'updatedAt') };
    expect(read(after, before)?.event.id).toBe(`message.received/${messageSid}`);
  });

  test('is no event again when an earlier delivery of it replaces it', () => {
    expect(read(messageImage({ ...message, requestId: 'earlier' }), messageImage(message))).toBeUndefined();
  });

  test('says how it came, and is no event again when its webhook comes after a backfill', () => {
    const backfill = messageImage({ ...message, via: 'backfill' });
    expect(read(backfill)?.event.data).toMatchObject({ via: 'backfill' });
    expect(read(messageImage(message))?.event.data).not.toHaveProperty('via');
    expect(read(messageImage(message), backfill)).toBeUndefined();
  });

  test('has no attribute that SNS would refuse', () => {
    const params = JSON.stringify({ OptOutType: '' });
    const odd = messageImage({ ...message, from: '\uffff', to: 'x'.repeat(300), params });
    const { requestId } = message;
    expect(read(odd)?.attributes).toEqual({ type: 'twilio.webhook.message.received', accountSid, requestId });
    expect(read(odd)?.event.data).toMatchObject({ from: '\uffff', to: 'x'.repeat(300) });
  });
});

const pick = (item: Item, ...names: readonly string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));

describe('a status of a message', () => {
  const sent = statusImage(callback(messageSid, 'sent', { receivedAt: at(1) }));

  test('is an event when it is the first, and when it moves forward', () => {
    expect(read(sent)).toMatchObject({
      event: {
        type: 'twilio.webhook.message.status-changed',
        id: `message.status-changed/${messageSid}#sent#-`,
        time: at(1),
        data: { messageSid, from, to, status: 'sent', terminal: false, conversationId },
      },
      groupId: conversationId,
      attributes: { status: 'sent', terminal: 'false', from, to },
    });
    expect(read(sent)?.event.data).not.toHaveProperty('previousStatus');
    const failed = statusImage(callback(messageSid, 'undelivered', { errorCode: '30007' }), sent);
    expect(read(failed, sent)).toMatchObject({
      event: {
        id: `message.status-changed/${messageSid}#undelivered#30007`,
        data: { status: 'undelivered', previousStatus: 'sent', errorCode: '30007', terminal: true },
      },
      attributes: { status: 'undelivered', terminal: 'true' },
    });
  });

  test('has the id of its request only where the item does not have the id of an earlier one', () => {
    expect(read(sent)?.attributes).toMatchObject({ requestId: sent['requestId']?.S });
    const later = callback(messageSid, 'delivered', { requestId: 'request-later' });
    expect(read(statusImage(later, sent), sent)?.attributes).not.toHaveProperty('requestId');
  });

  test.each([
    ['canceled', true],
    ['failed', true],
    ['undelivered', true],
    ['partially_delivered', true],
    ['delivered', true],
    ['read', true],
    ['queued', false],
    ['sending', false],
  ])('%s is terminal: %s', (status, terminal) => {
    expect(read(statusImage(callback(messageSid, status)))?.event.data).toMatchObject({ terminal });
  });

  test.each([
    ['moves back', statusImage(callback(messageSid, 'queued'), sent)],
    ['stays, with an earlier time', statusImage(callback(messageSid, 'sent', { receivedAt: at(0) }), sent)],
    ['stays, while the origin changes', { ...sent, requestId: { S: 'earlier' } }],
  ])('is no event when it %s', (_name, after) => {
    expect(read(after, sent)).toBeUndefined();
  });

  test('that is unknown is a callback, but no change', () => {
    const unknown = callback(messageSid, 'teleported');
    expect(read(without(statusImage(unknown), 'status', 'statusOrder', 'updatedAt'))).toBeUndefined();
    expect(read(historyImage(unknown))?.event.data).toMatchObject({ status: 'teleported' });
  });
});

describe('a row of status history', () => {
  const row = historyImage(callback(messageSid, 'failed', { errorCode: '30008' }));

  test('is an event with the callback as it was sent', () => {
    expect(read(row)).toMatchObject({
      event: {
        type: 'twilio.webhook.status-callback.received',
        id: `status-callback.received/${messageSid}#failed#30008`,
        subject: messageSid,
        data: { status: 'failed', errorCode: '30008', query: 'order=17', params: { MessageStatus: 'failed' } },
      },
      groupId: conversationId,
      attributes: { status: 'failed', from, to },
    });
  });

  test('is no event again when an earlier delivery replaces it', () => {
    expect(read(row, row)).toBeUndefined();
  });
});

describe('any other webhook', () => {
  const usageTriggerSid = `UT${'3'.repeat(32)}`;
  const firing = (token: string) => {
    const params = { UsageTriggerSid: usageTriggerSid, UsageCategory: 'totalprice', CurrentValue: '51.00' };
    return eventImage(
      otherEvent({
        kind: 'usage',
        route: 'usage',
        eventId: `USAGE#${token}`,
        content: { params: JSON.stringify(params) },
      }),
    );
  };

  test('of a usage trigger has its fields, and the same group for each firing', () => {
    const [first, second] = [read(firing('1')), read(firing('2'))];
    expect(first).toMatchObject({
      event: {
        type: 'twilio.webhook.usage-trigger.fired',
        id: 'usage-trigger.fired/USAGE#1',
        subject: usageTriggerSid,
        data: { usageTriggerSid, usageCategory: 'totalprice', currentValue: '51.00' },
      },
      attributes: { type: 'twilio.webhook.usage-trigger.fired', accountSid },
    });
    expect(second?.groupId).toBe(first?.groupId);
    expect(second?.deduplicationId).not.toBe(first?.deduplicationId);
  });

  test('from Event Streams has its text, its type and its source', () => {
    const stored = otherEvent({ eventId: 'CLOUDEVENT#1', type: 'com.twilio.example', source: '/1' });
    expect(read(eventImage(stored))).toMatchObject({
      event: {
        type: 'twilio.webhook.event.received',
        id: 'event.received/CLOUDEVENT#1',
        data: { eventType: 'com.twilio.example', eventSource: '/1', payload: '{"a":1}', recognized: true },
      },
      attributes: { eventType: 'com.twilio.example' },
    });
    expect(read(otherContentImage(stored))?.event).toMatchObject({
      id: `event.received/CLOUDEVENT#1#${stored.contentHash}`,
      data: { payload: '{"a":1}' },
    });
  });

  test('of a call has the group of the call', () => {
    const ofCall = (id: string, sid: string) =>
      read(eventImage(otherEvent({ eventId: id, content: { params: JSON.stringify({ CallSid: sid }) } })));
    const [one, other] = [`CA${'1'.repeat(32)}`, `CA${'2'.repeat(32)}`] as const;
    expect(ofCall('1', one)).toMatchObject({ event: { subject: one, data: { params: { CallSid: one } } } });
    expect(ofCall('2', one)?.groupId).toBe(ofCall('1', one)?.groupId);
    expect(ofCall('3', other)?.groupId).not.toBe(ofCall('1', one)?.groupId);
  });

  test('has the subject and the type that its item has', () => {
    const subject = `CH${'1'.repeat(32)}`;
    const stored = otherEvent({ eventId: 'EVENT#1', subject, type: 'onMessageAdded', content: { params: '{}' } });
    expect(read(eventImage(stored))).toMatchObject({
      event: { subject, data: { eventType: 'onMessageAdded' } },
      attributes: { eventType: 'onMessageAdded' },
    });
  });

  test('that is unrecognized has the reason, even if its content is not text', () => {
    const content = { payloadBase64: '/w==' };
    const stored = otherEvent({ kind: 'unrecognized', reason: 'message_sid_missing', eventId: 'EVENT#1', content });
    expect(read(eventImage(stored))?.event.data).toMatchObject({
      recognized: false,
      reason: 'message_sid_missing',
      payloadBase64: '/w==',
    });
  });
});

test('a canary is published with a type that no handler can subscribe to', () => {
  const key = canaryKey(accountSid, 'id-1');
  const image = { ...keyAttributes(key), accountSid: { S: accountSid }, receivedAt: { S: at(0) } };
  const published = read(image);
  expect(published?.event).toEqual({
    specversion: '1.0',
    type: 'twilio.webhook.canary',
    id: 'canary/id-1',
    source: `/accounts/${accountSid}`,
    subject: 'id-1',
    time: at(0),
    datacontenttype: 'application/json',
    item: key,
  });
  expect(eventTypes).not.toContain(published?.event.type);
  expect(published?.attributes).toMatchObject({ type: 'twilio.webhook.canary' });
  expect(read(undefined, image)).toBeUndefined();
});

test.each([
  ['a marker of a signed text', change(markerImage())],
  ['a marker whose progress changes', change({ ...markerImage(), eventsStored: { N: '2' } }, markerImage())],
  [
    'a row of the circuit breaker',
    change({ pk: { S: `${accountSid}#BREAKER` }, sk: { S: `${breakerSortKeyPrefix}1` } }),
  ],
  // An own address may be an alphanumeric sender, here one that other sort keys begin with.
  ['an opt-out', change(keyAttributes(optOutKey(accountSid, 'EVENT', from)))],
  ['the deletion of a message', change(undefined, messageImage(message))],
  ['the deletion of an event', change(undefined, eventImage(otherEvent({ eventId: 'EVENT#1' })))],
  [
    'an event that an earlier delivery replaces',
    ((image) => change(image, image))(eventImage(otherEvent({ eventId: '1' }))),
  ],
  ['a record without an image', { eventName: 'INSERT' as const }],
])('%s is no event', (_name, record) => {
  expect(readChange(record)).toBeUndefined();
});

describe('what is restored from a backup', () => {
  const restored = (image: Item, time = at(9)): Item => ({ ...image, restoredAt: { S: time } });
  const sent = statusImage(callback(messageSid, 'sent'));

  test.each([
    ['a message', change(restored(messageImage(message)))],
    ['a status history item', change(restored(historyImage(callback(messageSid, 'sent'))))],
    ['an event', change(restored(eventImage(otherEvent({ eventId: 'EVENT#1' }))))],
    ['a message that was known by a status only', change(restored(messageImage(message)), sent)],
    ['a message that was restored before', change(restored(messageImage(message), at(10)), restored(sent))],
  ])('is no event: %s', (_name, record) => {
    expect(readChange(record)).toBeUndefined();
  });

  test('is an event again when a webhook changes it, and when it is published by hand', () => {
    const delivered = restored(statusImage(callback(messageSid, 'delivered')));
    expect(read(delivered, restored(sent))?.event.type).toBe('twilio.webhook.message.status-changed');
    expect(readStored(restored(messageImage(message)))).toEqual(read(messageImage(message)));
  });
});
