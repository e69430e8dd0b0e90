import fc from 'fast-check';
import { anyCharacter } from '../../helpers/any-character';
import {
  baseUrl,
  createTestIngress,
  encodeForm,
  sms,
  tokenA,
  twilioSignature,
  webhookEvent,
  type Fields,
} from './fakes';

/** Text as a form can carry it: everything but lone surrogates, which UTF-8 has not. */
const text = fc.string({ unit: anyCharacter, maxLength: 30 });
const extraFields = fc.dictionary(
  text.filter((name) => !(name in sms)),
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 })),
  { maxKeys: 8, noNullPrototype: false },
);
const query = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^[A-Za-z0-9._~!$'()*,;:@/+%-]{1,10}=[A-Za-z0-9._~!$&'()*,;:@/+%=-]{0,30}$/),
);

/** Twilio signs a repeated value only once. Names are sorted by UTF-16 units. */
const allFields = (extra: Fields): Fields => {
  const fields = Object.create(null) as Record<string, string | readonly string[]>;
  return Object.assign(fields, sms, extra);
};

test('whatever parameters and query Twilio signs are accepted and reach the queue byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(extraFields, query, fc.boolean(), async (extra, rawQuery, base64) => {
      const gateway = createTestIngress();
      const fields = allFields(extra);
      const event = webhookEvent({ fields, query: rawQuery, base64 });
      expect((await gateway.ingress(event)).statusCode).toBe(200);
      expect(gateway.envelopes().map(({ body }) => body.toString())).toEqual([encodeForm(fields)]);
      expect(gateway.envelopes()[0]?.query).toBe(rawQuery);
    }),
    { numRuns: 100 },
  );
});

/** Replaces one byte by another one, both chosen by the property. */
const flip = (bytes: Buffer, at: number, by: number): Buffer => {
  const changed = Buffer.from(bytes);
  const index = at % changed.length;
  changed[index] = ((changed[index] ?? 0) + 1 + (by % 255)) % 256;
  return changed;
};

test('rejects any other byte in body, query or signature, and publishes nothing', async () => {
  const signedQuery = 'order=17&x=a%20b';
  const url = `${baseUrl}/messages?${signedQuery}`;
  const body = Buffer.from(encodeForm(sms));
  const signature = twilioSignature(tokenA, url, sms);
  const parsedSame = (changed: Buffer) =>
    new URLSearchParams(changed.toString()).toString() === new URLSearchParams(body.toString()).toString();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('body', 'query', 'signature'), fc.nat(), fc.nat(), async (where, at, by) => {
      const gateway = createTestIngress();
      const changedBody = where === 'body' ? flip(body, at, by) : body;
      const changedQuery = where === 'query' ? flip(Buffer.from(signedQuery), at, by).toString('latin1') : signedQuery;
      const changedSignature =
        where === 'signature' ? flip(Buffer.from(signature), at, by).toString('latin1') : signature;
      // `%2B` and `%2b` are one byte apart and the same parameter.
      fc.pre(!parsedSame(changedBody) || where !== 'body');
      const event = webhookEvent({
        rawBody: changedBody,
        headers: { 'x-twilio-signature': changedSignature },
      });
      event.rawQueryString = changedQuery;
      const { statusCode } = await gateway.ingress(event);
      expect(statusCode).toBe(403);
      expect(gateway.published).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
