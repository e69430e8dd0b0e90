import fc from 'fast-check';
import { diagnose } from '../../../cli/explain/diagnose';
import { splitUrl } from '../../../cli/explain/url-parts';
import { bodyHash } from '../../../lambda/shared/signature';
import {
  accountA,
  accountB,
  baseUrl,
  createTestIngress,
  debuggerEvent,
  encodeForm,
  sms,
  status,
  tokenA,
  twilioSignature,
  usage,
  webhookEvent,
  type WebhookInput,
} from '../ingress/fakes';

/** What `explain` says that the gateway answers, for an event as ingress receives it. */
const predicted = (input: WebhookInput) => {
  const event = webhookEvent(input);
  const route = input.route ?? 'messages';
  const url = splitUrl(`${baseUrl}/${route}`);
  if (url === undefined) throw new Error('the base URL is one');
  const { answer } = diagnose({
    capture: {
      source: 'http',
      method: event.requestContext.http.method,
      url: { ...url, query: event.rawQueryString },
      headers: Object.entries(event.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      ),
      body: Buffer.from(event.body ?? '', 'base64'),
    },
    route,
    configured: url,
    keys: {
      keys: [{ slot: 'current', accountSid: accountA, authToken: tokenA }],
      accountSids: [accountA],
      unusable: [],
    },
    hosts: [],
    stage: 'dev',
  });
  return answer;
};

const answered = async (input: WebhookInput) => {
  const { response, line } = await createTestIngress().send(webhookEvent(input));
  return { status: response.statusCode, reason: line.fields.reason };
};

const batch = JSON.stringify([{ id: 'EZ1' }]);
const json = (
  body: string,
  query = `bodySHA256=${bodyHash(Buffer.from(body))}`,
  route: 'events' | 'messages' = 'events',
) => ({
  route,
  rawBody: body,
  query,
  fields: {},
  headers: {
    'content-type': 'application/json',
    'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/${route}${query === '' ? '' : `?${query}`}`),
  },
});
const withoutNumMedia = Object.fromEntries(Object.entries(sms).filter(([name]) => name !== 'NumMedia'));

describe('explain predicts what ingress answers', () => {
  it.each<[string, WebhookInput]>([
    ['a genuine message', {}],
    ['a genuine message with a query', { query: 'order=17' }],
    ['a genuine status', { route: 'status', fields: status }],
    ['a genuine usage trigger', { route: 'usage', fields: usage }],
    ['a genuine event', { route: 'events', fields: debuggerEvent }],
    ['a genuine batch', json(batch)],
    ['a PUT', { method: 'PUT' }],
    ['a body over the limit', { rawBody: 'x'.repeat(64 * 1024 + 1) }],
    ['a query over the limit', { query: 'x'.repeat(8 * 1024 + 1) }],
    ['too many query parameters', { query: 'a&'.repeat(300) }],
    ['too many form parameters', { rawBody: 'a=1&'.repeat(300) }],
    [
      'too many form parameters without signature',
      { rawBody: 'a=1&'.repeat(300), headers: { 'x-twilio-signature': undefined } },
    ],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' } }],
    ['an identity encoding', { headers: { 'content-encoding': 'identity' } }],
    ['no content type', { headers: { 'content-type': undefined } }],
    ['neither content type nor body', { rawBody: '', headers: { 'content-type': undefined } }],
    [
      'UTF-8 in quotes',
      { headers: { 'content-type': 'application/x-www-form-urlencoded; charset="UTF-8"' } },
    ],
    ['another charset', { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' } }],
    ['text/plain', { headers: { 'content-type': 'text/plain' } }],
    ['JSON on /messages', json(batch, undefined, 'messages')],
    ['no signature', { headers: { 'x-twilio-signature': undefined } }],
    ['an empty signature', { headers: { 'x-twilio-signature': '' } }],
    ['a malformed signature', { headers: { 'x-twilio-signature': 'abc' } }],
    ['a wrong signature', { token: 'another-dummy-token' }],
    ['an account that is not configured', { fields: { ...sms, AccountSid: accountB } }],
    ['a malformed account', { fields: { ...sms, AccountSid: 'AC1' } }],
    ['a repeated account', { fields: { ...sms, AccountSid: [accountA, accountB] } }],
    ['a missing field', { fields: withoutNumMedia }],
    ['a repeated field', { rawBody: `${encodeForm(sms)}&Body=hello` }],
    ['a malformed MessageSid', { fields: { ...sms, MessageSid: 'SM1' } }],
    ['a malformed status', { route: 'status', fields: { ...status, MessageStatus: 'no status' } }],
    ['a malformed error code', { route: 'status', fields: { ...status, ErrorCode: 'x' } }],
    [
      'a usage trigger without idempotency token',
      { route: 'usage', fields: { ...usage, IdempotencyToken: '' } },
    ],
    ['a form on the wrong route', { route: 'usage', fields: sms }],
    ['form parameters in the query', { query: `x=AccountSid${accountA}` }],
    ['a repeated bodySHA256', json(batch, `bodySHA256=${bodyHash(Buffer.from(batch))}&bodySHA256=1`)],
    ['JSON without hash', json(batch, '')],
    ['JSON of another hash', json(batch, `bodySHA256=${'0'.repeat(64)}`)],
    ['a body that is no JSON', json('{')],
    ['a JSON text', json('"text"')],
    ['a batch element without id', json('[{"id":""}]')],
  ])('for %s', async (_title, input) => {
    expect(predicted(input)).toEqual(await answered(input));
  });

  it('for any mixture of method, media type, header, query and form', async () => {
    const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          method: one('POST', 'POST', 'POST', 'GET', 'DELETE'),
          route: one('messages', 'status', 'usage', 'events'),
          fields: one(sms, status, usage, debuggerEvent, { ...sms, AccountSid: accountB }, {}),
          query: one('', 'order=17', 'a&'.repeat(300)),
          token: one(tokenA, tokenA, tokenA, tokenA, tokenA, 'another-dummy-token'),
          type: one(undefined, 'application/x-www-form-urlencoded', 'application/json', 'text/plain'),
          signature: one('right', 'right', 'absent', 'short'),
        }),
        async ({ type, signature, ...rest }) => {
          const input: WebhookInput = {
            ...rest,
            headers: {
              ...(type === undefined ? {} : { 'content-type': type }),
              ...(signature === 'right'
                ? {}
                : { 'x-twilio-signature': signature === 'absent' ? undefined : 'abc' }),
            },
          };
          expect(predicted(input)).toEqual(await answered(input));
        },
      ),
      { numRuns: 40 },
    );
  });
});
