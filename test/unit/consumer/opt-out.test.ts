import { optOutOf } from '../../../lambda/consumer/opt-out';
import { accountSid, at, callback, from, incoming, nextMessageSid, otherEvent, to } from './webhooks';

const messageSid = nextMessageSid();
const service = `MG${'5'.repeat(32)}`;
const params = JSON.stringify({ MessagingServiceSid: service });

describe('an incoming message', () => {
  it.each(['STOP', 'START'] as const)('with OptOutType %s says so about its sender and its own number', (state) => {
    const message = incoming({ messageSid, attributes: { optOutType: state }, receivedAt: at(3) });
    expect(optOutOf(message)).toEqual({
      accountSid,
      requestId: message.requestId,
      own: to,
      person: from,
      state,
      source: 'OptOutType',
      changedAt: at(3),
      messageSid,
      from,
      to,
    });
  });

  it('to a messaging service says so about the whole service', () => {
    expect(optOutOf(incoming({ messageSid, attributes: { optOutType: 'STOP' }, params }))).toMatchObject({
      own: service,
      person: from,
      to,
    });
  });

  it('says so about its number if it names something else than a messaging service', () => {
    const odd = JSON.stringify({ MessagingServiceSid: ['MG1', 'MG2'] });
    expect(optOutOf(incoming({ messageSid, attributes: { optOutType: 'STOP' }, params: odd }))?.own).toBe(to);
  });

  it.each([{}, { optOutType: 'HELP' }, { optOutType: 'stop' }])('says nothing with the attributes %j', (attributes) => {
    expect(optOutOf(incoming({ messageSid, attributes }))).toBeUndefined();
  });

  it('says nothing in a backfill, because nobody knows when the person opted out', () => {
    expect(optOutOf(incoming({ messageSid, attributes: { optOutType: 'STOP' }, via: 'backfill' }))).toBeUndefined();
    expect(optOutOf(callback(messageSid, 'failed', { errorCode: '21610', via: 'backfill' }))).toBeUndefined();
  });

  it('says nothing without an address', () => {
    const attributes = { optOutType: 'STOP' };
    expect(optOutOf(incoming({ messageSid, attributes, from: '' }))).toBeUndefined();
    expect(optOutOf(incoming({ messageSid, attributes, to: '' }))).toBeUndefined();
    expect(optOutOf(incoming({ messageSid, attributes, to: '', params }))?.own).toBe(service);
  });
});

describe('a status callback', () => {
  const refused = { from: to, to: from, errorCode: '21610' };

  it('with error 21610 says that its recipient has opted out', () => {
    expect(optOutOf(callback(messageSid, 'failed', refused))).toMatchObject({
      own: to,
      person: from,
      state: 'STOP',
      source: '21610',
      from: to,
      to: from,
    });
    expect(optOutOf(callback(messageSid, 'failed', { ...refused, params }))?.own).toBe(service);
  });

  it('says nothing with another error, or without one', () => {
    expect(optOutOf(callback(messageSid, 'failed', { ...refused, errorCode: '30003' }))).toBeUndefined();
    expect(optOutOf(callback(messageSid, 'delivered'))).toBeUndefined();
  });
});

test('another event says nothing', () => {
  expect(optOutOf(otherEvent({ eventId: nextMessageSid() }))).toBeUndefined();
});
