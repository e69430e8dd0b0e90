import fc from 'fast-check';
import type { Report } from '../../../../cli/explain/report';
import { bodyHash } from '../../../../lambda/shared/signature/body-hash';
import {
  accountA,
  accountB,
  baseUrl,
  debuggerEvent,
  encodeForm,
  sms,
  status,
  tokenA,
  twilioSignature,
  usage,
  webhookEvent,
  type WebhookInput,
} from '../../ingress/fakes';
import { answered, commanded, explained } from './agreement';
import { randomRequest, type SentRequest } from './random-request';
import { randomStage, type RandomStage } from './random-stage';

const batch = JSON.stringify([{ id: 'EZ1' }]);
const json = (
  body: string,
  query = `bodySHA256=${bodyHash(Buffer.from(body))}`,
  route: 'events' | 'messages' = 'events',
  type = 'application/json',
) => ({
  route,
  rawBody: body,
  query,
  fields: {},
  headers: {
    'content-type': type,
    'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/${route}${query === '' ? '' : `?${query}`}`),
  },
});
const withoutNumMedia = Object.fromEntries(Object.entries(sms).filter(([name]) => name !== 'NumMedia'));

const plainStage: RandomStage = {
  acceptGet: false,
  expectedDomainName: undefined,
  basic: 'none',
  a: 'usable',
  b: 'absent',
};

const sentBy = (input: WebhookInput): SentRequest => {
  const { headers, body = '', rawQueryString, requestContext } = webhookEvent(input);
  return {
    route: input.route ?? 'messages',
    method: requestContext.http.method,
    host: requestContext.domainName,
    query: rawQueryString,
    headers: Object.entries(headers).flatMap(([name, value = '']) => (name === 'host' ? [] : [[name, value]])),
    body: Buffer.from(body, 'base64'),
  };
};

describe('explain agrees with ingress', () => {
  it('gives the same answer to 2,000 random requests of every route and option', async () => {
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomStage, randomRequest, async (stage, sent) => {
        const answer = await answered(stage, sent);
        const report = await explained(stage, sent);
        expect(report.gatewayAnswer).toEqual(answer);
        expect(report.verdict === 'genuine').toBe(answer.status === 200 || answer.status === 204);
        expect(report.causes.length === 0).toBe(report.verdict === 'genuine');
        const { reason } = answer;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }),
      { numRuns: 2_000 },
    );
    // The mixture, to detect a degenerated generator.
    expect(reasons.get('accepted')).toBeGreaterThan(300);
    expect([...reasons.keys()].sort()).toEqual([
      'accepted',
      'account_mismatch',
      'basic_challenge',
      'basic_failed',
      'basic_secret_unusable',
      'body_hash_mismatch',
      'body_hash_missing',
      'credentials_invalid',
      'credentials_missing',
      'credentials_placeholder',
      'method_not_allowed',
      'payload_too_large',
      'signature_mismatch',
      'signature_missing',
      'unsupported_media_type',
    ]);
  });

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
    ['UTF-8 in quotes', { headers: { 'content-type': 'application/x-www-form-urlencoded; charset="UTF-8"' } }],
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
    ['a message without NumMedia', { fields: withoutNumMedia }],
    ['a product without AccountSid', { route: 'events', fields: { interactionAccountSid: accountA } }],
    ['a status in capitals', { route: 'status', fields: { ...status, MessageStatus: 'DELIVERED' } }],
    ['a batch of CloudEvents', json(batch, undefined, 'events', 'application/cloudevents-batch+json')],
    ['a repeated field', { rawBody: `${encodeForm(sms)}&Body=hello` }],
    ['a malformed MessageSid', { fields: { ...sms, MessageSid: 'SM1' } }],
    ['a malformed status', { route: 'status', fields: { ...status, MessageStatus: 'no status' } }],
    ['a malformed error code', { route: 'status', fields: { ...status, ErrorCode: 'x' } }],
    ['a usage trigger without idempotency token', { route: 'usage', fields: { ...usage, IdempotencyToken: '' } }],
    ['a form on the wrong route', { route: 'usage', fields: sms }],
    ['form parameters in the query', { query: `x=AccountSid${accountA}` }],
    ['a repeated bodySHA256', json(batch, `bodySHA256=${bodyHash(Buffer.from(batch))}&bodySHA256=1`)],
    ['JSON without hash', json(batch, '')],
    ['JSON of another hash', json(batch, `bodySHA256=${'0'.repeat(64)}`)],
    ['a body that is not JSON', json('{')],
    ['a JSON text', json('"text"')],
    ['a batch element without id', json('[{"id":""}]')],
  ])('gives the same answer to %s', async (_title, input) => {
    const answer = await answered(plainStage, sentBy(input));
    const report = await explained(plainStage, sentBy(input));
    expect(report.gatewayAnswer).toEqual(answer);
    expect(report.verdict === 'genuine').toBe(answer.reason === 'accepted');
  });

  it('gives the same answer as a command, and exits with 0 exactly where it is 2xx', async () => {
    await fc.assert(
      fc.asyncProperty(randomStage, randomRequest, async (stage, sent) => {
        const answer = await answered(stage, sent);
        const { data, exitCode } = await commanded(stage, sent);
        const { gatewayAnswer } = JSON.parse(data) as Report;
        expect({ gatewayAnswer, exitCode }).toEqual({
          gatewayAnswer: answer,
          exitCode: answer.reason === 'accepted' ? 0 : 1,
        });
      }),
      { numRuns: 40 },
    );
  });
});
