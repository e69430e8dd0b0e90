import fc from 'fast-check';
import { testAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { encodeForm, formHeaders, sendRaw, twilioSignature, type Form, type RawResponse } from '../helpers/webhooks';
import { anyCharacter } from '../helpers/any-character';

/** Names that an object with a prototype would lose or mistake, and any others. */
const name = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: anyCharacter, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'Body', 'From', 'MessageSid', 'a[b][]', ''),
  },
);
const value = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 40 }), fc.string({ maxLength: 40 }), fc.constant(''));
const values = fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 4 }));

let serial = 0;
/** The account, as in every webhook, and an id that makes this webhook an event of its own. */
const form = fc.array(fc.tuple(name, values), { maxLength: 12 }).map((entries): Form => {
  const params = Object.create(null) as Record<string, string | readonly string[]>;
  for (const [key, content] of entries) params[key] = content;
  params['AccountSid'] = testAccount.accountSid;
  params['Serial'] = String((serial += 1));
  return params;
});

/** Whatever an HTTP client may put after the question mark, in either spelling of an escape. */
const queryPiece = fc.oneof(
  fc.constantFrom(
    '&',
    '=',
    '+',
    '%20',
    '%2B',
    '%2f',
    '%C3%A9',
    '%',
    "'",
    '@',
    ':',
    '?',
    '/',
    '[',
    ']',
    '%27',
    'order=17',
  ),
  fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.~!*(),;$'.split('')), maxLength: 6 }),
);
const query = fc.array(queryPiece, { maxLength: 8 }).map((pieces) => pieces.join(''));

const byte = fc.integer({ min: 0x21, max: 0x7e }).filter((code) => code !== 0x23);
const change = fc.record({
  where: fc.constantFrom('body' as const, 'query' as const, 'signature' as const),
  how: fc.constantFrom('replace', 'insert', 'remove'),
  at: fc.nat(),
  byte: byte.map((code) => String.fromCharCode(code)),
});

const changed = (text: string, { how, at, byte: put }: { how: string; at: number; byte: string }): string => {
  const index = at % (text.length + (how === 'insert' ? 1 : 0));
  return text.slice(0, index) + (how === 'remove' ? '' : put) + text.slice(how === 'insert' ? index : index + 1);
};

/** Read by Node's own parser, not by ours. */
const decoded = (body: string): Form => {
  const params = Object.create(null) as Record<string, string[]>;
  for (const [key, content] of new URLSearchParams(body)) (params[key] ??= []).push(content);
  return params;
};

interface Sent {
  readonly body: string;
  readonly query: string;
  readonly signature: string;
}
const spelled = (encoded: string): string => new URLSearchParams(encoded).toString();
/** Another spelling of the same parameters is not a change. */
const isOtherContent = (a: Sent, b: Sent): boolean =>
  a.signature !== b.signature ||
  [a.body, a.query].some((text, at) => spelled(text) !== spelled([b.body, b.query][at] ?? ''));

describe('any webhook that Twilio could send', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ publicOrigin: 'https://gateway.example.com' });
  });
  afterAll(() => gateway.close());

  const sign = (rawQuery: string, params: Form): string =>
    twilioSignature(
      `${String(gateway.gateway.state.publicUrl)}/events${rawQuery === '' ? '' : `?${rawQuery}`}`,
      params,
    );
  const post = (rawQuery: string, body: string, signature: string): Promise<RawResponse> =>
    sendRaw(`${gateway.webhooks.events}${rawQuery === '' ? '' : `?${rawQuery}`}`, {
      headers: formHeaders(signature),
      body,
    });
  const eventsStored = async (): Promise<number> => {
    await gateway.settled();
    return (await gateway.items()).length;
  };

  test('is accepted and stored once if the official helper signed it', async () => {
    const before = await eventsStored();
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(form, query, async (params, rawQuery) => {
        const response = await post(rawQuery, encodeForm(params), sign(rawQuery, params));
        expect(response.status).toBe(204);
        sent += 1;
      }),
      { numRuns: 150 },
    );
    expect((await eventsStored()) - before).toBe(sent);
  });

  test('rejects it after a change of any signed byte, and never stores it again', async () => {
    const before = await eventsStored();
    let sent = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(form, query, change, async (params, rawQuery, edit) => {
        const original = { body: encodeForm(params), query: rawQuery, signature: sign(rawQuery, params) };
        const target = original[edit.where];
        fc.pre(target !== '' || edit.how === 'insert');
        const edited = { ...original, [edit.where]: changed(target, edit) };
        fc.pre(isOtherContent(original, edited));
        expect((await post(original.query, original.body, original.signature)).status).toBe(204);
        sent += 1;
        const response = await post(edited.query, edited.body, edited.signature);
        // Twilio signs names and values without a boundary between them: a moved one has the same signature. This is
        // not a new event.
        const isSigned = sign(edited.query, decoded(edited.body)) === edited.signature;
        if (!isSigned) expect(response.status).toBe(403);
        refused += response.status === 403 ? 1 : 0;
      }),
      { numRuns: 200 },
    );
    expect((await eventsStored()) - before).toBe(sent);
    expect(refused).toBeGreaterThan(sent * 0.9);
  });
});
