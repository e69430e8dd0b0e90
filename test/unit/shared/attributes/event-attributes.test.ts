import * as fc from 'fast-check';
import {
  cloudEventSubject,
  formAttributes,
  jsonAttributes,
} from '../../../../lambda/shared/attributes/event-attributes';
import { parseForm, type Params } from '../../../../lambda/shared/payload/form';

const sid = (letters: string, digit = '1'): string => `${letters}${digit.repeat(32)}`;
const form = (params: Readonly<Record<string, string>>) =>
  formAttributes(parseForm(new URLSearchParams(params).toString()));

describe('a form', () => {
  it.each<[string, Readonly<Record<string, string>>, ReturnType<typeof formAttributes>]>([
    [
      'a recording is about its call, whose status it has as well',
      { CallSid: sid('CA'), RecordingSid: sid('RE'), RecordingStatus: 'completed', CallStatus: 'in-progress' },
      { subject: sid('CA'), type: 'recording.completed' },
    ],
    [
      'a recording of a conference is about the conference',
      { ConferenceSid: sid('CF'), RecordingSid: sid('RE'), RecordingStatus: 'completed' },
      { subject: sid('CF'), type: 'recording.completed' },
    ],
    [
      'a recording alone is about itself',
      { RecordingSid: sid('RE'), RecordingStatus: 'absent' },
      { subject: sid('RE'), type: 'recording.absent' },
    ],
    [
      'a participant joins the conference, not the call',
      { ConferenceSid: sid('CF'), CallSid: sid('CA'), StatusCallbackEvent: 'participant-join' },
      { subject: sid('CF'), type: 'participant-join' },
    ],
    [
      'a task is followed through its reservations',
      { WorkspaceSid: sid('WS'), TaskSid: sid('WT'), ResourceSid: sid('WR'), EventType: 'reservation.created' },
      { subject: sid('WT'), type: 'reservation.created' },
    ],
    [
      'an event of TaskRouter without a task is about its resource',
      { WorkspaceSid: sid('WS'), ResourceSid: sid('WA'), EventType: 'activity.created' },
      { subject: sid('WA'), type: 'activity.created' },
    ],
    [
      'a message of a conversation is about the conversation',
      { ConversationSid: sid('CH'), MessageSid: sid('IM'), EventType: 'onMessageAdded' },
      { subject: sid('CH'), type: 'onMessageAdded' },
    ],
    [
      'a channel has an event of its own, but the status names it',
      { MessageSid: sid('SM'), MessageStatus: 'read', EventType: 'READ' },
      { subject: sid('SM'), type: 'message.read' },
    ],
    [
      'names are found however they are written',
      { type: 'challenge.approved', factor_sid: sid('YF'), challenge_sid: sid('YC') },
      { subject: sid('YC'), type: 'challenge.approved' },
    ],
    [
      'a status is in lower case',
      { CallSid: sid('CA'), CallStatus: 'NO-ANSWER' },
      { subject: sid('CA'), type: 'call.no-answer' },
    ],
    ['nothing is known of anything else', { Body: 'hello', From: '+15550100001' }, {}],
    ['an event of anything else has its name', { EventType: 'flex.started' }, { type: 'flex.started' }],
  ])('%s', (_title, params, expected) => {
    expect(form(params)).toEqual(expected);
  });

  it('has no subject that is not a SID, and not its account', () => {
    expect(form({ CallSid: '+15550100001', CallStatus: 'busy' })).toEqual({ type: 'call.busy' });
    expect(form({ CallSid: `${sid('CA')}0` })).toEqual({});
    expect(form({ Sid: sid('AC') })).toEqual({});
  });

  it.each(['', '15550100001', '+15550100001', 'Ada Lovelace', 'ada@example.com', 'x15550100001', 'é', 'a'.repeat(65)])(
    'has no type that could be personal: %j',
    (value) => {
      expect(form({ EventType: value })).toEqual({});
      expect(form({ CallSid: sid('CA'), CallStatus: value })).toEqual({ subject: sid('CA') });
    },
  );

  it('does not choose between the values of a repeated parameter', () => {
    const params: Params = { CallSid: [sid('CA'), sid('CA')], CallStatus: ['busy', 'failed'] };
    expect(formAttributes(params)).toEqual({ subject: sid('CA') });
  });
});

describe('a CloudEvent', () => {
  const event = { data: undefined, subject: undefined, source: 'urn:twilio' };

  it('is about the SID in its data, else its subject, else the last SID in its source', () => {
    const source = `/2010-04-01/Accounts/${sid('AC')}/Messages/${sid('SM', '3')}.json`;
    const data = { messageSid: sid('SM'), messageStatus: 'delivered', body: { CallSid: sid('CA') } };
    expect(cloudEventSubject({ data, subject: sid('SM', '2'), source })).toBe(sid('SM'));
    expect(cloudEventSubject({ ...event, subject: sid('SM', '2'), source })).toBe(sid('SM', '2'));
    expect(cloudEventSubject({ ...event, subject: 'Ada', source })).toBe(sid('SM', '3'));
    expect(cloudEventSubject(event)).toBeUndefined();
  });

  it.each([{ task_sid: sid('WT'), workspace_sid: sid('WS'), sid: sid('EV') }, { sid: sid('WT') }])(
    'finds it in %j',
    (data) => {
      expect(cloudEventSubject({ ...event, data })).toBe(sid('WT'));
    },
  );
});

it('other JSON is read like a form, and values that are not texts are ignored', () => {
  expect(jsonAttributes({ transcript_sid: sid('GT'), event_type: 'transcript_available', CallSid: 7 })).toEqual({
    subject: sid('GT'),
    type: 'transcript_available',
  });
  for (const value of [null, 7, 'text', [], [{ CallSid: sid('CA') }], { CallSid: { CallSid: sid('CA') } }]) {
    expect(jsonAttributes(value)).toEqual({});
  }
});

it('whatever it is given, it throws nothing, and has a SID and a name of Twilio’s or nothing', () => {
  const known = ['CallSid', 'callStatus', 'EventType', 'Type', 'MessageSid', 'sid', '__proto__', '', 'WorkspaceSid'];
  const name = fc.oneof(fc.constantFrom(...known), fc.string());
  const value = fc.oneof(fc.string(), fc.constantFrom(sid('CA'), sid('AC'), '+15550100001', 'completed'));
  const check = ({ subject = sid('CA'), type = 'a' }: ReturnType<typeof formAttributes>): void => {
    expect(subject).toMatch(/^[A-Z]{2}[0-9a-f]{32}$/);
    expect(type).toMatch(/^[A-Za-z][\w.-]{0,80}$/);
  };
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), fc.jsonValue(), (pairs, json) => {
      check(formAttributes(parseForm(new URLSearchParams(pairs).toString())));
      check(jsonAttributes(json));
      cloudEventSubject({ data: json, subject: pairs[0]?.[1], source: pairs[1]?.[1] ?? '' });
    }),
  );
});
