import fc from 'fast-check';
import { formEventId, jsonEventId, statusKey } from '../../../lambda/shared/event-id';
import { parseForm } from '../../../lambda/shared/form';

const account = `AccountSid=AC${'a'.repeat(32)}`;
const eventId = (form: string, query = '') => formEventId('event', parseForm(form), query);
const text = fc.string({ unit: 'binary', maxLength: 10 });
const pairs = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 });
const encode = (given: readonly (readonly [string, string])[]) =>
  given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

test('the order of parameters, which is not signed, does not make another event', () => {
  fc.assert(
    fc.property(
      pairs.chain((given) =>
        fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
      ),
      ([given, shuffled]) => {
        expect(eventId(encode(shuffled))).toBe(eventId(encode(given)));
      },
    ),
  );
});

test('another value makes another event', () => {
  fc.assert(
    fc.property(pairs, text, (given, more) => {
      expect(eventId(encode([...given, ['zzz', `${more}!`]]))).not.toBe(eventId(encode(given)));
    }),
  );
});

test.each([
  ['a value repeated', `${account}&Level=ERROR&Level=ERROR`, 'x=1'],
  ['a boundary moved between name and value', `${account}&Leve=lERROR`, 'x=1'],
  ['the query escaped differently', `${account}&Level=ERROR`, '%78=%31'],
])('a captured request with %s has the signature and so the id of the original', (_, form, query) => {
  expect(eventId(form, query)).toBe(eventId(`${account}&Level=ERROR`, 'x=1'));
});

test('another query is another event', () => {
  expect(eventId(account, 'order=17')).not.toBe(eventId(account, 'order=18'));
  expect(eventId(account, 'order=17')).not.toBe(eventId(account));
});

test('a message is its MessageSid, a status its SID, status and error code, a usage trigger its idempotency token', () => {
  const id = (kind: 'message' | 'status' | 'usage', form: string) => formEventId(kind, parseForm(form), '');
  expect(id('message', 'MessageSid=SM1&Body=x')).toBe('SM1');
  expect(id('status', 'MessageSid=SM1&MessageStatus=sent')).toBe('SM1#sent#-');
  expect(id('status', 'MessageSid=SM1&MessageStatus=failed&ErrorCode=30003')).toBe('SM1#failed#30003');
  expect(id('usage', 'IdempotencyToken=AC1-FIRES-UT1-2026-01-31')).toBe('AC1-FIRES-UT1-2026-01-31');
  expect(statusKey('failed', '')).toBe('failed#-');
});

test('a JSON delivery is its bytes', () => {
  const id = jsonEventId(Buffer.from('[{"id":"EZ1"}]'));
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(jsonEventId(Buffer.from('[{"id":"EZ2"}]'))).not.toBe(id);
});
