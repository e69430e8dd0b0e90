import { readStorable } from '../../../lambda/consumer/storable';
import type { Envelope } from '../../../lambda/shared/envelope';
import {
  accountSid,
  envelope,
  from,
  jsonEnvelope,
  messageEnvelope,
  nextMessageSid,
  otherAccountSid,
  statusEnvelope,
  to,
} from './webhooks';

const sid = nextMessageSid();

describe('what is stored of a webhook', () => {
  it('of an incoming message: addresses, text, the whole form as JSON', () => {
    const [message] = readStorable(
      messageEnvelope(sid, { Body: 'héllo 🌍', 'a[b]': 'x', '': 'y', __proto__: 'z' }),
    );
    expect(message).toMatchObject({
      kind: 'message',
      messageSid: sid,
      from,
      to,
      body: 'héllo 🌍',
      fallback: false,
    });
    const { params } = message as { params: string };
    expect(JSON.parse(params)).toMatchObject({ 'a[b]': 'x', '': 'y' });
    // They are attributes, and would be paid for twice.
    expect(params).not.toMatch(/"(?:AccountSid|MessageSid|From|To|Body)":/);
  });

  it('keeps a parameter named __proto__ as a parameter like any other', () => {
    const { body, ...rest } = messageEnvelope(sid);
    const [message] = readStorable({ ...rest, body: Buffer.concat([body, Buffer.from('&__proto__=z')]) });
    expect((message as { params: string }).params).toContain('"__proto__":"z"');
    expect(({} as Record<string, unknown>)['z']).toBeUndefined();
  });

  it('of a GET: the parameters of its query, which is then no query beside them', () => {
    const { body, ...rest } = messageEnvelope(sid, { Body: 'héllo 🌍' });
    const [message] = readStorable({
      ...rest,
      contentType: 'query',
      body: Buffer.alloc(0),
      query: `${body.toString()}&order=17`,
    });
    expect(message).toMatchObject({
      kind: 'message',
      messageSid: sid,
      from,
      to,
      body: 'héllo 🌍',
      query: '',
    });
    expect((message as { params: string }).params).toContain('"order":"17"');
  });

  it('rejects a GET whose query is of another account than the envelope', () => {
    const { body, ...rest } = messageEnvelope(sid, { AccountSid: otherAccountSid });
    const forged = { ...rest, contentType: 'query', body: Buffer.alloc(0), query: body.toString() } as const;
    expect(() => readStorable(forged)).toThrow('AccountSid of the webhook');
  });

  it('lists media in their order, as many as NumMedia says, without those that have no URL', () => {
    const form: Record<string, string> = { NumMedia: '11' };
    for (let index = 0; index < 12; index += 1) {
      if (index !== 3) form[`MediaUrl${index}`] = `https://api.example/${index}`;
      form[`MediaContentType${index}`] = 'image/png';
    }
    const [message] = readStorable(messageEnvelope(sid, form));
    expect(message).toMatchObject({ numMedia: 11 });
    expect(message).toMatchObject({
      media: [0, 1, 2, 4, 5, 6, 7, 8, 9, 10].map((index) => ({
        url: `https://api.example/${index}`,
        contentType: 'image/png',
      })),
    });
  });

  it('stores a message whatever NumMedia holds, since what was acknowledged must not be lost over a count', () => {
    for (const NumMedia of ['', 'many', '-1', '9999', '99999999999', undefined]) {
      const [message] = readStorable(messageEnvelope(sid, { NumMedia, MediaUrl0: 'https://api.example/0' }));
      expect(message).toMatchObject({ kind: 'message', messageSid: sid });
    }
  });

  it('marks what came to the fallback URL', () => {
    const form = { ErrorCode: '11200', ErrorUrl: 'https://example.com/messages' };
    expect(readStorable(messageEnvelope(sid, form))).toMatchObject([{ fallback: true }]);
    expect(readStorable(messageEnvelope(sid, { ErrorCode: '11200' }))).toMatchObject([{ fallback: false }]);
  });

  it('of a status callback: status, error code, query, and its place in the order', () => {
    const [status] = readStorable({
      ...statusEnvelope(sid, 'undelivered', { ErrorCode: '30003' }),
      query: 'order=17',
    });
    expect(status).toMatchObject({
      kind: 'status',
      messageSid: sid,
      status: 'undelivered',
      errorCode: '30003',
      query: 'order=17',
      order: expect.any(Number) as number,
    });
    const [plain] = readStorable(statusEnvelope(sid, 'teleported', { ErrorCode: '', From: undefined }));
    expect(plain).toMatchObject({ status: 'teleported', from: '' });
    expect(plain).not.toHaveProperty('errorCode');
    expect(plain).not.toHaveProperty('order');
  });

  it('of usage triggers and other forms: the form under the id of the envelope', () => {
    const usage = envelope({ kind: 'usage', route: 'usage', eventId: 'token-1' });
    expect(readStorable(usage)).toEqual([
      expect.objectContaining({
        kind: 'usage',
        eventId: 'token-1',
        content: { params: `{"AccountSid":"${accountSid}"}` },
      }),
    ]);
  });

  it('of Event Streams: one event per CloudEvent, the first of a repeated id; else one under the envelope’s id', () => {
    const events = readStorable(jsonEnvelope('[{"id":"a","n":1},{"id":"b"},{"id":"a","n":2}]'));
    expect(events.map(({ eventId }) => eventId)).toEqual(['a', 'b']);
    expect(events[0]).toMatchObject({ kind: 'event', accountSid, content: { payload: '{"id":"a","n":1}' } });
    expect(readStorable(jsonEnvelope('{"id":"a"}'))).toMatchObject([{ eventId: 'a' }]);
    expect(readStorable(jsonEnvelope('{"n":1}'))).toMatchObject([
      { eventId: 'event-1', content: { payload: '{"n":1}' } },
    ]);
    expect(readStorable(jsonEnvelope('[]'))).toMatchObject([
      { eventId: 'event-1', content: { payload: '[]' } },
    ]);
  });

  it('takes the largest forms that Twilio can send: 64 KiB of a message, 256 KiB of an event', () => {
    const emoji = messageEnvelope(sid, { Body: '🌍'.repeat(5_000) });
    expect(emoji.body.length).toBeLessThanOrEqual(64 * 1024);
    expect(readStorable(emoji)).toHaveLength(1);
    const quotes = new URLSearchParams({ AccountSid: accountSid, Payload: '"'.repeat(87_300) }).toString();
    expect(quotes.length).toBeGreaterThan(255 * 1024);
    expect(readStorable(envelope({ body: Buffer.from(quotes) }))).toHaveLength(1);
  });

  it.each<[string, Envelope, string]>([
    [
      'an AccountSid that is not the envelope’s',
      messageEnvelope(sid, { AccountSid: otherAccountSid }),
      'AccountSid',
    ],
    ['a form without AccountSid', envelope({ body: Buffer.from('a=b') }), 'AccountSid'],
    ['a repeated AccountSid', repeated(messageEnvelope(sid), `AccountSid=${accountSid}`), 'AccountSid'],
    ['a message without MessageSid', messageEnvelope(sid, { MessageSid: undefined }), 'MessageSid'],
    ['a malformed MessageSid', messageEnvelope(sid, { MessageSid: 'SMxyz' }), 'MessageSid'],
    ['a message without From', messageEnvelope(sid, { From: undefined }), 'From'],
    ['a message without To', messageEnvelope(sid, { To: undefined }), 'To'],
    ['a message without Body', messageEnvelope(sid, { Body: undefined }), 'Body'],
    [
      'a status callback without MessageStatus',
      statusEnvelope(sid, 'x', { MessageStatus: undefined }),
      'MessageStatus',
    ],
    ['a MessageStatus that could forge a key', statusEnvelope(sid, 'sent#-'), 'MessageStatus'],
    ['an ErrorCode that is no number', statusEnvelope(sid, 'failed', { ErrorCode: '30003x' }), 'ErrorCode'],
    [
      'a repeated ErrorCode',
      repeated(statusEnvelope(sid, 'failed', { ErrorCode: '1' }), 'ErrorCode=2'),
      'ErrorCode',
    ],
    ['JSON that claims to be a message', { ...messageEnvelope(sid), contentType: 'json' }, 'JSON'],
    ['JSON that is none', jsonEnvelope('{'), 'JSON'],
    ['what DynamoDB could not hold', repeated(envelope(), `a=${'\u0001'.repeat(80_000)}`), '400 KB'],
  ])('rejects %s as poison, naming the field and quoting nothing', (_what, poison, field) => {
    const read = () => readStorable(poison);
    expect(read).toThrow(
      expect.objectContaining({ name: 'PoisonEnvelopeError', code: 'invalid_field' }) as Error,
    );
    expect(read).toThrow(field);
    expect(read).not.toThrow(/\+1555|SMxyz|30003x|AC[12]{4}/);
  });
});

function repeated(original: Envelope, pair: string): Envelope {
  return { ...original, body: Buffer.concat([original.body, Buffer.from(`&${pair}`)]) };
}
