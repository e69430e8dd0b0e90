import { readingDigest } from '../../../lambda/shared/payload/reading';
import {
  accountA,
  baseUrl,
  createTestIngress,
  debuggerEvent,
  encodeForm,
  messageSid,
  sms,
  status,
  tokenB,
  twilioSignature,
  usage,
  webhookEvent,
  type WebhookInput,
} from './fakes';

const createGateway = () => createTestIngress(undefined, { stage: { acceptGet: true } });

/** A GET as Twilio sends it: no body, no content type. It is signed over the query as given, or over another. */
const get = (query: string, { signedQuery = query, ...input }: WebhookInput & { signedQuery?: string } = {}) => {
  const { route = 'messages', token } = input;
  return webhookEvent({
    ...input,
    method: 'GET',
    query,
    fields: {},
    headers: {
      'content-type': undefined,
      ...(signedQuery === query
        ? {}
        : {
            'x-twilio-signature': twilioSignature(token ?? 'token-of-account-a', `${baseUrl}/${route}?${signedQuery}`),
          }),
      ...input.headers,
    },
  });
};
const query = encodeForm(sms);

describe('a stage that accepts GET', () => {
  test('queues a signed GET with its query as the webhook, under the id that a POST would have', async () => {
    const gateway = createGateway();
    const { response, line } = await gateway.send(get(query));
    expect(response.statusCode).toBe(200);
    expect(line.fields).toMatchObject({ reason: 'accepted', method: 'GET', messageSid });
    expect(gateway.envelopes()).toMatchObject([
      { contentType: 'query', query, body: Buffer.alloc(0), eventId: messageSid, accountSid: accountA },
    ]);
  });

  test.each([
    ['status', status, `${messageSid}#delivered#-`],
    ['usage', usage, expect.stringMatching(/^USAGE#[0-9a-f]{64}$/)],
    ['events', debuggerEvent, expect.stringMatching(/^EVENT#[0-9a-f]{64}$/)],
  ] as const)('accepts a GET on /%s as well', async (route, fields, eventId) => {
    const gateway = createGateway();
    const { response } = await gateway.send(get(encodeForm(fields), { route }));
    expect(response.statusCode).toBe(204);
    expect(gateway.envelopes()).toMatchObject([{ route, eventId }]);
  });

  test('accepts POST as well', async () => {
    const gateway = createGateway();
    const { response } = await gateway.send(webhookEvent({ query: 'order=17' }));
    expect(response.statusCode).toBe(200);
    expect(gateway.envelopes()).toMatchObject([{ contentType: 'form', query: 'order=17' }]);
  });

  test('verifies a query that Twilio sent in another notation than it signed', async () => {
    const signedQuery = encodeForm({ ...sms, Body: "It's me@x: ok?" })
      .replace('%27', "'")
      .replace('%40', '@')
      .replace('%3A', ':');
    const sent = signedQuery.replace("'", '%27').replace('@', '%40').replace(':', '%3A').replaceAll('+', '%20');
    expect(sent).not.toBe(signedQuery);
    const gateway = createGateway();
    const { response } = await gateway.send(get(sent, { signedQuery }));
    expect(response.statusCode).toBe(200);
    expect(gateway.envelopes()).toMatchObject([{ query: sent, eventId: messageSid }]);
  });

  test('gives an event one id, however its query is written and ordered', async () => {
    const gateway = createGateway();
    const fields = { ...debuggerEvent, Payload: 'a b' };
    const signedQuery = encodeForm(fields);
    await gateway.send(get(signedQuery, { route: 'events' }));
    await gateway.send(get(signedQuery.replace('+', '%20'), { route: 'events', signedQuery }));
    const reversed = signedQuery.split('&').reverse().join('&');
    await gateway.send(get(reversed, { route: 'events', signedQuery }));
    const [first, ...others] = gateway.envelopes().map(({ eventId, signedTextHash }) => [eventId, signedTextHash]);
    expect(others).toEqual([first, first]);
  });

  test("accepts a repeated bodySHA256, which one of Twilio's products sends", async () => {
    const gateway = createGateway();
    const doubled = `${encodeForm(debuggerEvent)}&bodySHA256=a&bodySHA256=a`;
    expect((await gateway.send(get(doubled, { route: 'events' }))).response.statusCode).toBe(204);
  });

  test.each<[string, Parameters<typeof get>, number, string]>([
    ['a wrong token', [query, { token: tokenB }], 403, 'signature_mismatch'],
    ['a changed parameter', [query.replace('hello', 'hellO'), { signedQuery: query }], 403, 'signature_mismatch'],
    ['a parameter more', [`${query}&NumMedia=1`, { signedQuery: query }], 403, 'signature_mismatch'],
    ['a body, which nobody signed', [query, { rawBody: 'a=b' }], 413, 'payload_too_large'],
    ['more query than API Gateway lets through', [`${query}&x=${'y'.repeat(10_240)}`], 413, 'payload_too_large'],
    ['257 parameters', ['a&'.repeat(256)], 413, 'payload_too_large'],
  ])('rejects %s', async (_name, input, code, reason) => {
    const gateway = createGateway();
    const { response, line } = await gateway.send(get(...input));
    expect(response.statusCode).toBe(code);
    expect(line.fields.reason).toBe(reason);
    expect(gateway.published).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['no query', '', 'message_sid_missing'],
    ['two different MessageSids', `${query}&MessageSid=MM${'2'.repeat(32)}`, 'message_sid_repeated'],
    ['no MessageSid', query.replace(/&MessageSid=[^&]*/, ''), 'message_sid_missing'],
  ])('enqueues a signed GET with %s as unrecognized', async (_what, sent, reason) => {
    const gateway = createGateway();
    const { response, line } = await gateway.send(get(sent));
    expect(response.statusCode).toBe(200);
    expect(line.fields).toMatchObject({ reason: 'accepted', detail: `unrecognized: ${reason}` });
    expect(gateway.envelopes()).toMatchObject([{ contentType: 'query', query: sent }]);
  });

  test('reads a repeated MessageSid as one', async () => {
    const gateway = createGateway();
    await gateway.send(get(`${query}&MessageSid=${messageSid}`));
    expect(gateway.envelopes()).toMatchObject([{ eventId: messageSid }]);
  });

  test('distinguishes a signed GET from a POST with half of the query moved into the form', async () => {
    // The text of the message is its sender's: here it is a form's text as Twilio would sign it.
    const rest = {
      AccountSid: accountA,
      Body: 'forged',
      From: '1',
      MessageSid: messageSid,
      NumMedia: '0',
      To: '2',
    };
    const glued = Object.entries(rest)
      .map(([name, value]) => name + value)
      .join('');
    const signedGet = `AccountSid=${accountA}&Body=${glued}`;
    const signature = twilioSignature('token-of-account-a', `${baseUrl}/messages?${signedGet}`);
    const gateway = createGateway();
    const cut = webhookEvent({
      query: `AccountSid=${accountA}&Body=`,
      fields: rest,
      headers: { 'x-twilio-signature': signature },
    });
    for (const event of [get(signedGet), cut]) {
      expect((await gateway.send(event)).response.statusCode).toBe(200);
    }
    const [first, second] = gateway.envelopes();
    if (first === undefined || second === undefined) throw new Error('both are enqueued');
    expect(second.signedTextHash).toBe(first.signedTextHash);
    expect(readingDigest(second)).not.toBe(readingDigest(first));
  });

  test('rejects other methods with both that are allowed', async () => {
    const { response } = await createGateway().send(webhookEvent({ method: 'PUT' }));
    expect(response.statusCode).toBe(405);
    expect(response.headers).toMatchObject({ allow: 'GET, POST' });
  });
});
