import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { createColors } from 'picocolors';
import type { AnsweredRequest } from '../../../../local/monitor/answered-request';
import { answerOf, reportOf, type WebhookReport } from '../../../../local/monitor/webhook-report';
import { clip, displayWidth, pad } from '../../../../characters/display-width';
import { shortAddress } from '../../../../local/output/short-address';
import { visibleText } from '../../../../characters/visible-text';
import { timeText, webhookLines } from '../../../../local/output/webhook-lines';
import { answeredRequest } from '../monitor/fake-request';
import { anyCharacter } from '../../../helpers/any-character';

const plain = { paint: createColors(false), showNumbers: false };
const sid = `SM${'0'.repeat(28)}1a2b`;
const sms = { MessageSid: sid, From: '+15550100001', To: '+15550100002', Body: 'do not show', NumMedia: '0' };
const time = timeText(new Date('2026-03-01T10:31:07Z'));

const lines = (
  form: Readonly<Record<string, string>>,
  report: Partial<WebhookReport> = {},
  request: Partial<AnsweredRequest> = {},
  options: Partial<typeof plain> = {},
): readonly string[] =>
  webhookLines(
    { ...reportOf(answerOf(answeredRequest('r1', { form, ...request })), 'stored'), ...report },
    { ...plain, ...options },
  );

test('a webhook is one line with time, kind, addresses, result, duration and SID, and without its text', () => {
  expect(lines(sms)).toEqual([`${time}  SMS               +1…0001 → +1…0002   stored  12 ms  SM…1a2b`]);
});

test('numbers are whole if that is asked for', () => {
  const [line] = lines(sms, {}, {}, { showNumbers: true });
  expect(line).toContain(' +15550100001 → +15550100002 ');
});

test.each([
  ['messages', { ...sms, NumMedia: '1' }, 'MMS'],
  ['messages', { ...sms, OptOutType: 'STOP' }, 'SMS STOP'],
  ['messages', { ...sms, From: 'whatsapp:+15550100001', MessageType: 'text' }, 'WhatsApp'],
  ['messages', { ...sms, From: 'whatsapp:+15550100001', MessageType: 'button' }, 'WhatsApp button'],
  ['status', { ...sms, MessageStatus: 'delivered' }, 'status delivered'],
  ['status', { ...sms, MessageStatus: 'failed', ErrorCode: '30008' }, 'status failed 30008'],
  ['usage', { UsageTriggerSid: `UT${'0'.repeat(32)}`, UsageCategory: 'totalprice' }, 'usage totalprice'],
  ['events', { CallSid: `CA${'0'.repeat(32)}`, CallStatus: 'completed' }, 'call.completed'],
  ['events', { CallSid: `CA${'0'.repeat(32)}`, RecordingStatus: 'completed' }, 'recording.completed'],
  ['events', { ConversationSid: `CH${'0'.repeat(32)}`, EventType: 'onMessageAdded' }, 'onMessageAdded'],
  ['events', { Anything: 'else', From: '+15550100001' }, 'events'],
])('the kind of a webhook at /%s is in words: %#', (route, form, kind) => {
  expect(lines(form, {}, { route })[0]).toMatch(new RegExp(`^\\S+ {2}${kind}  `));
});

test('an Event Stream has the type of its event, and how many there are', () => {
  const event = {
    specversion: '1.0',
    id: 'e1',
    source: '/x',
    type: 'com.twilio.messaging.message.sent',
    data: { messageSid: sid, from: '+15550100001', to: '+15550100002' },
  };
  const at = (events: unknown) => lines({}, {}, { route: 'events', body: Buffer.from(JSON.stringify(events)) })[0];
  expect(at([event])).toContain('  messaging.message.sent  +1…0001 → +1…0002   stored  12 ms  SM…1a2b');
  expect(at([event, event])).toContain('  messaging.message.sent ×2  ');
  expect(at({ EventType: 'ended' })).toContain('  ended  ');
  expect(at(['damaged'])).toContain('  events  ');
});

test.each([
  [{ result: 'stored', reason: 'unrecognized_webhook' }, 'stored unrecognized_webhook'],
  [{ result: 'duplicate' }, 'duplicate'],
  [{ result: 'accepted' }, 'accepted, not stored yet'],
  [{ result: 'not_stored_yet', reason: 'record_failed' }, 'not stored yet record_failed'],
  [{ result: 'refused', status: 403, reason: 'signature_mismatch' }, 'refused 403 signature_mismatch'],
  [{ result: 'refused', status: 429 }, 'refused 429 Too Many Requests'],
  [{ result: 'answered', status: 418 }, '418'],
] as const)('the result is in words: %j', (report, text) => {
  expect(lines(sms, report)[0]).toContain(`   ${text}  12 ms`);
});

test('a hint of the log is on a second line', () => {
  const [, second] = lines(sms, { result: 'refused', status: 500, detail: 'run npx gateway secret set' });
  expect(second).toBe('          └ run npx gateway secret set');
});

test('a request that has nothing of a webhook is its method and path, without the query', () => {
  const request = { url: '/dev/message?a=+15550100001', route: undefined, status: 404 };
  const [line] = lines(sms, { result: 'refused' }, request);
  expect(line).toBe(`${time}  POST /dev/message                     refused 404 Not Found  12 ms`);
  expect(lines({}, {}, { method: 'GET', url: '/dev/messages' })[0]).toContain('  GET /dev/messages  ');
});

test('the parameters of a GET are in its query', () => {
  const query = new URLSearchParams(sms).toString();
  expect(lines({}, {}, { method: 'GET', url: `/dev/messages?${query}` })[0]).toContain('  SMS   ');
});

test('colours do not change the text', () => {
  const painted = lines(sms, {}, {}, { paint: createColors(true) });
  expect(painted[0]).toContain('\u001b[32mstored\u001b[39m');
  expect(painted.map(stripVTControlCharacters)).toEqual(lines(sms));
  const noSid = { From: '+15550100001' };
  const paintedNoSid = lines(noSid, { detail: 'hint' }, {}, { paint: createColors(true) });
  expect(paintedNoSid.map(stripVTControlCharacters)).toEqual(lines(noSid, { detail: 'hint' }));
});

test.each([
  ['+15550100001', '+1…0001'],
  ['whatsapp:+15550100001', '+1…0001'],
  ['sip:+15550100001@example.com', '+1…0001@example.com'],
  ['12345', '12345'],
  ['ACME', 'ACME'],
  ['client:a-name-that-is-too-long', 'a-name-that-is-too-…'],
])('%s is shown as %s', (address, shown) => {
  expect(shortAddress(address, { showNumbers: false })).toBe(shown);
});

/** Texts that a terminal would interpret, wide characters, and numbers. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom('\u001b[2J', '\u202e', '\u2066x\u2069', '\r\n', '👩‍👩‍👧'.repeat(9), '漢字'.repeat(20), '\ud800'),
  fc.stringMatching(/^(?:whatsapp:)?\+[1-9]\d{6,14}$/),
);
const form = fc.record({ From: hostile, To: hostile, MessageSid: hostile, MessageStatus: hostile, EventType: hostile });
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test('whatever a request has, its lines are safe, have no whole number, and fit in 120 columns', () => {
  fc.assert(
    fc.property(form, fc.constantFrom('messages', 'status', 'usage', 'events', undefined), (params, route) => {
      for (const line of lines(params, {}, { route, url: `/${params.From}` })) {
        expect(line).not.toMatch(unsafe);
        expect(displayWidth(line)).toBeLessThanOrEqual(120);
      }
      const [line = ''] = lines(params, {}, { route });
      if (route !== undefined) expect(line.slice(time.length)).not.toMatch(/\+\d{7,}/);
    }),
  );
});

test('the results of lines with short numbers are in one column', () => {
  const short = fc.constantFrom('+15550100001', '+15550100199', 'whatsapp:+15550100002', 'rcs:+15550100123');
  const kinds = fc.constantFrom('sent', 'delivered', 'read', 'queued');
  fc.assert(
    fc.property(short, short, kinds, (From, To, MessageStatus) => {
      const [line = ''] = lines({ ...sms, From, To, MessageStatus }, {}, { route: 'status' });
      expect(line.indexOf('stored')).toBe(`${time}  `.length + 16 + 2 + 18 + 2);
    }),
  );
});

test('widths: a text is cut and padded by the columns that it takes', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const shown = visibleText(text);
      expect(displayWidth(clip(shown, columns))).toBeLessThanOrEqual(columns);
      expect(displayWidth(pad(clip(shown, columns), columns))).toBe(columns);
    }),
  );
  expect(displayWidth('a漢👍e\u0301')).toBe(6);
  expect(clip('漢字漢', 4)).toBe('漢…');
});

test('what a terminal would interpret is shown by its code; joiners stay', () => {
  expect(visibleText('a\u001b[31m\u202eb\nc\u2028\u{e0041}👩‍👧')).toBe('a\\u001b[31m\\u202eb\\nc\\u2028\\u{e0041}👩‍👧');
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => !unsafe.test(visibleText(text))));
});
