import * as fc from 'fast-check';
import { parseWebhook } from '../../../lambda/consumer/parse-webhook';
import type { Envelope } from '../../../lambda/shared/payload/envelope';
import { parseForm } from '../../../lambda/shared/payload/form';
import { otherParams } from '../../../lambda/shared/payload/message-params';
import { cloudEventId, usageEventId } from '../../../lambda/shared/contract/table';
import { anyCharacter } from '../../helpers/any-character';
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
  usageEnvelope,
} from './webhooks';

const sid = nextMessageSid();

describe('parseWebhook', () => {
  it('reads addresses and text of an incoming message, and the other parameters as JSON', () => {
    const [message] = parseWebhook(messageEnvelope(sid, { Body: 'héllo 🌍', 'a[b]': 'x', '': 'y', __proto__: 'z' }));
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
    const [message] = parseWebhook({ ...rest, body: Buffer.concat([body, Buffer.from('&__proto__=z')]) });
    expect((message as { params: string }).params).toContain('"__proto__":"z"');
    expect(({} as Record<string, unknown>)['z']).toBeUndefined();
  });

  it('reads the parameters of a GET from its query, which is not stored a second time', () => {
    const { body, ...rest } = messageEnvelope(sid, { Body: 'héllo 🌍' });
    const [message] = parseWebhook({
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
    expect(() => parseWebhook(forged)).toThrow('AccountSid of the webhook');
  });

  it('lists media in their order, as many as NumMedia says, without those that have no URL', () => {
    const form: Record<string, string> = { NumMedia: '11' };
    for (let index = 0; index < 12; index += 1) {
      if (index !== 3) form[`MediaUrl${index}`] = `https://api.example/${index}`;
      form[`MediaContentType${index}`] = 'image/png';
    }
    const [message] = parseWebhook(messageEnvelope(sid, form));
    expect(message).toMatchObject({ numMedia: 11 });
    expect(message).toMatchObject({
      media: [0, 1, 2, 4, 5, 6, 7, 8, 9, 10].map((index) => ({
        url: `https://api.example/${index}`,
        contentType: 'image/png',
      })),
    });
  });

  it('stores a message with any NumMedia, since an acknowledged message must not be lost because of a count', () => {
    for (const NumMedia of ['', 'many', '-1', '9999', '99999999999', undefined]) {
      const [message] = parseWebhook(messageEnvelope(sid, { NumMedia, MediaUrl0: 'https://api.example/0' }));
      expect(message).toMatchObject({ kind: 'message', messageSid: sid });
    }
  });

  it('marks a webhook to the fallback URL', () => {
    const form = { ErrorCode: '11200', ErrorUrl: 'https://example.com/messages' };
    expect(parseWebhook(messageEnvelope(sid, form))).toMatchObject([{ fallback: true }]);
    expect(parseWebhook(messageEnvelope(sid, { ErrorCode: '11200' }))).toMatchObject([{ fallback: false }]);
  });

  it('reads status, error code, query and the rank of the status from a status callback', () => {
    const [status] = parseWebhook({
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
    const [plain] = parseWebhook(statusEnvelope(sid, 'teleported', { ErrorCode: '', From: undefined }));
    expect(plain).toMatchObject({ status: 'teleported', from: '' });
    expect(plain).not.toHaveProperty('errorCode');
    expect(plain).not.toHaveProperty('order');
  });

  it('reads a usage trigger under its token, with the same content for a fallback delivery', () => {
    const [usage] = parseWebhook(usageEnvelope('token-1'));
    expect(usage).toMatchObject({ kind: 'usage', eventId: usageEventId('token-1'), route: 'usage' });
    const fallback = { ErrorCode: '11200', ErrorUrl: 'https://example.com/usage' };
    const hash = (form: Record<string, string>) =>
      (parseWebhook(usageEnvelope('token-1', form))[0] as { contentHash: string }).contentHash;
    expect(hash(fallback)).toBe(hash({}));
    expect(hash({ CurrentValue: '2' })).not.toBe(hash({}));
    expect(hash({ ErrorCode: '1' })).not.toBe(hash({}));
  });

  it('stores a message with any parameters: an attribute that it cannot have is in params only', () => {
    const param = fc.constantFrom('Latitude', 'ButtonText', 'ReferralBody', 'WaId', 'MessageType', '__proto__', 'x');
    const value = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 700 }), fc.constantFrom('59.3', 'é'.repeat(400)));
    fc.assert(
      fc.property(fc.array(fc.tuple(param, value), { maxLength: 20 }), (pairs) => {
        const whole = repeated(messageEnvelope(sid), new URLSearchParams(pairs).toString());
        const [message] = parseWebhook(whole);
        const others = otherParams(parseForm(whole.body));
        expect(message).toMatchObject({ kind: 'message', messageSid: sid, params: JSON.stringify(others) });
        const found = Object.values((message as { attributes: object }).attributes) as readonly string[];
        for (const text of found) expect(Object.values(others).flat()).toContain(text);
      }),
    );
  });

  it('stores an event with any parameters, under the same id and content', () => {
    const param = fc.constantFrom('CallSid', 'CallStatus', 'EventType', 'WorkspaceSid', 'type', '__proto__', '');
    const value = fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom(`CA${'1'.repeat(32)}`, 'completed'));
    fc.assert(
      fc.property(fc.array(fc.tuple(param, value)), (pairs) => {
        const whole = repeated(envelope(), new URLSearchParams(pairs).toString());
        expect(parseWebhook(whole)).toMatchObject([
          {
            kind: 'event',
            eventId: `EVENT#${whole.signedTextHash}`,
            content: { params: JSON.stringify(parseForm(whole.body)) },
          },
        ]);
      }),
    );
  });

  it('finds what an unrecognized webhook is about', () => {
    const body = Buffer.from(`AccountSid=${accountSid}&CallSid=CA${'1'.repeat(32)}&CallStatus=ringing`);
    expect(parseWebhook(envelope({ kind: 'message', route: 'messages', body }))).toMatchObject([
      { kind: 'unrecognized', subject: `CA${'1'.repeat(32)}`, type: 'call.ringing' },
    ]);
  });

  it('reads the parameters of any other form, under the hash of the text that was signed', () => {
    const event = envelope({ body: Buffer.from('account_sid=x&type=factor.verified') });
    expect(parseWebhook(event)).toEqual([
      expect.objectContaining({
        kind: 'event',
        accountSid,
        eventId: `EVENT#${event.signedTextHash}`,
        content: { params: '{"account_sid":"x","type":"factor.verified"}' },
      }),
    ]);
  });

  it('reads one event per CloudEvent, and any other JSON as one event', () => {
    const cloudEvent = (id: string) => `{"specversion":"1.0","source":"/s","type":"t","id":"${id}"}`;
    const events = parseWebhook(jsonEnvelope(`[${cloudEvent('a')},${cloudEvent('b')}]`));
    expect(events).toMatchObject([
      {
        kind: 'event',
        eventId: cloudEventId('/s', 'a'),
        source: '/s',
        content: { payload: cloudEvent('a') },
      },
      { kind: 'event', eventId: cloudEventId('/s', 'b'), type: 't' },
    ]);
    for (const json of ['{"id":"a"}', '{"n":1}', '[]', `[${cloudEvent('a')},{}]`]) {
      const whole = jsonEnvelope(json);
      expect(parseWebhook(whole)).toMatchObject([
        { kind: 'event', eventId: `EVENT#${whole.signedTextHash}`, content: { payload: json } },
      ]);
    }
  });

  it('reads a message without text, media count or addresses', () => {
    const [message] = parseWebhook(
      messageEnvelope(sid, { Body: undefined, NumMedia: undefined, From: undefined, Latitude: '59.3293' }),
    );
    expect(message).toMatchObject({ kind: 'message', messageSid: sid, numMedia: 0, from: '', to });
    expect(message).not.toHaveProperty('body');
  });

  it('reads any sender that Twilio may send', () => {
    for (const sender of ['3Mobile', '24/7 Shop', '7-Eleven', 'apple:123abc', 'viber:01==', '🌍', 'FromCity']) {
      expect(parseWebhook(messageEnvelope(sid, { From: sender }))).toMatchObject([{ from: sender }]);
    }
  });

  it('keeps every value of a parameter that has several, and takes the same value twice for one', () => {
    const twice = parseWebhook(repeated(messageEnvelope(sid), `MessageSid=${sid}`));
    expect(twice).toMatchObject([{ kind: 'message', messageSid: sid }]);
    const [message] = parseWebhook(repeated(messageEnvelope(sid, { Body: 'one' }), 'Body=two'));
    expect((message as { params: string }).params).toContain('"Body":["one","two"]');
  });

  it('reads a status in capitals like the same status in small letters', () => {
    expect(parseWebhook(statusEnvelope(sid, 'DELIVERED'))).toMatchObject([
      { status: 'delivered', order: expect.any(Number) as number },
    ]);
  });

  it('takes the largest forms that Twilio can send: 64 KiB of a message, 256 KiB of an event', () => {
    const emoji = messageEnvelope(sid, { Body: '🌍'.repeat(5_000) });
    expect(emoji.body.length).toBeLessThanOrEqual(64 * 1024);
    expect(parseWebhook(emoji)).toHaveLength(1);
    const quotes = new URLSearchParams({ AccountSid: accountSid, Payload: '"'.repeat(87_300) }).toString();
    expect(quotes.length).toBeGreaterThan(255 * 1024);
    expect(parseWebhook(envelope({ body: Buffer.from(quotes) }))).toHaveLength(1);
  });

  it('reads a message with the largest content as a message, whatever its attributes add', () => {
    const largest = (characters: number) =>
      parseWebhook(
        messageEnvelope(sid, { X: '\u0001'.repeat(characters), ProfileName: 'p'.repeat(512), WaId: 'w'.repeat(512) }),
      );
    const kinds = [64_650, 64_900].map((characters) => largest(characters).map(({ kind }) => kind));
    expect(kinds).toEqual([['message'], ['unrecognized']]);
    const [message] = largest(64_650);
    const attributes = message?.kind === 'message' ? message.attributes : {};
    expect(Object.keys(attributes).sort()).toEqual(['profileName', 'waId']);
    expect(JSON.stringify(message).length).toBeGreaterThan(390_000);
  });

  it.each<[string, Envelope, string]>([
    ['a message without MessageSid', messageEnvelope(sid, { MessageSid: undefined }), 'message_sid_missing'],
    ['a malformed MessageSid', messageEnvelope(sid, { MessageSid: 'SMxyz' }), 'message_sid_malformed'],
    ['two MessageSids', repeated(messageEnvelope(sid), `MessageSid=SM${'f'.repeat(32)}`), 'message_sid_repeated'],
    [
      'a status callback without MessageStatus',
      statusEnvelope(sid, 'x', { MessageStatus: undefined }),
      'message_status_missing',
    ],
    ['a MessageStatus that could forge a key', statusEnvelope(sid, 'sent#-'), 'message_status_malformed'],
    [
      'an ErrorCode that is not a number',
      statusEnvelope(sid, 'failed', { ErrorCode: '30003x' }),
      'error_code_malformed',
    ],
    [
      'two ErrorCodes',
      repeated(statusEnvelope(sid, 'failed', { ErrorCode: '1' }), 'ErrorCode=2'),
      'error_code_repeated',
    ],
    ['a usage trigger without SID', usageEnvelope('t', { UsageTriggerSid: undefined }), 'usage_trigger_sid_missing'],
    ['a usage trigger without token', usageEnvelope('t', { IdempotencyToken: undefined }), 'idempotency_token_missing'],
    ['JSON that is none', jsonEnvelope('{'), 'not_json'],
    ['JSON that is a number', jsonEnvelope('7'), 'json_without_fields'],
    [
      'what DynamoDB could not hold as JSON',
      repeated(envelope(), `a=${'\u0001'.repeat(80_000)}`),
      'too_large_to_parse',
    ],
  ])('reads %s as an unrecognized event, with its unchanged body and the reason', (_what, odd, reason) => {
    expect(parseWebhook(odd)).toMatchObject([
      {
        kind: 'unrecognized',
        reason,
        route: odd.route,
        eventId: `EVENT#${odd.signedTextHash}`,
        content: { payload: odd.body.toString() },
      },
    ]);
  });

  it('keeps the bytes of an unrecognized webhook that is not text, and the query of a GET', () => {
    const bytes = Buffer.from([0x61, 0x3d, 0xff]);
    expect(parseWebhook(envelope({ kind: 'status', route: 'status', body: bytes }))).toMatchObject([
      { kind: 'unrecognized', content: { payloadBase64: bytes.toString('base64') } },
    ]);
    const get = envelope({
      kind: 'status',
      route: 'status',
      contentType: 'query',
      body: Buffer.alloc(0),
      query: 'a=1',
    });
    expect(parseWebhook(get)).toMatchObject([{ kind: 'unrecognized', query: 'a=1' }]);
  });

  it.each<[string, Envelope, string]>([
    ['an AccountSid that is not the envelope’s', messageEnvelope(sid, { AccountSid: otherAccountSid }), 'AccountSid'],
    ['JSON that claims to be a message', { ...messageEnvelope(sid), contentType: 'json' }, 'JSON'],
  ])('rejects %s as poison, naming the field and quoting nothing', (_what, poison, field) => {
    const read = () => parseWebhook(poison);
    expect(read).toThrow(expect.objectContaining({ name: 'PoisonEnvelopeError', code: 'invalid_field' }) as Error);
    expect(read).toThrow(field);
    expect(read).not.toThrow(/AC[12]{4}/);
  });
});

function repeated(original: Envelope, pair: string): Envelope {
  return { ...original, body: Buffer.concat([original.body, Buffer.from(`&${pair}`)]) };
}
