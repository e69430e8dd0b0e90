import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { otherAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import {
  encodeForm,
  formHeaders,
  postForm,
  sendRaw,
  smsForm,
  statusForm,
  newMessageSid,
  twilioSignature,
  type RawResponse,
} from '../helpers/webhooks';

describe('a request that is not a genuine webhook', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  const signed = (url: string, form = smsForm()): { headers: [string, string][]; body: string } => ({
    headers: formHeaders(twilioSignature(url, form)),
    body: encodeForm(form),
  });

  const cases: readonly (readonly [string, number, () => Promise<RawResponse>])[] = [
    [
      'a tampered body',
      403,
      () => {
        const { headers, body } = signed(gateway.webhooks.messages);
        return sendRaw(gateway.webhooks.messages, { headers, body: `${body}&Extra=1` });
      },
    ],
    [
      'no signature',
      403,
      () =>
        sendRaw(gateway.webhooks.messages, { headers: formHeaders(undefined), body: encodeForm(smsForm()) }),
    ],
    [
      'an account that is not configured',
      403,
      () =>
        postForm(gateway.webhooks.messages, smsForm({ AccountSid: otherAccount.accountSid }), {
          authToken: otherAccount.authToken,
        }),
    ],
    [
      'the token of another account',
      403,
      () => postForm(gateway.webhooks.messages, smsForm(), { authToken: otherAccount.authToken }),
    ],
    [
      'a signature for another route',
      403,
      () =>
        postForm(gateway.webhooks.messages, statusForm(newMessageSid(), 'sent'), {
          signedUrl: gateway.webhooks.status,
        }),
    ],
    [
      'a signature for another query',
      403,
      () =>
        postForm(`${gateway.webhooks.messages}?order=18`, smsForm(), {
          signedUrl: `${gateway.webhooks.messages}?order=17`,
        }),
    ],
    ['a route that there is none of', 404, () => postForm(`${gateway.baseUrl}/voice`, smsForm())],
    ['a path below a route', 404, () => postForm(`${gateway.webhooks.messages}/more`, smsForm())],
    [
      'a stage that there is none of',
      404,
      () => postForm(gateway.webhooks.messages.replace('/dev/', '/prod/'), smsForm()),
    ],
    [
      'GET',
      405,
      () => sendRaw(gateway.webhooks.messages, { ...signed(gateway.webhooks.messages), method: 'GET' }),
    ],
    [
      'a body above 64 KiB',
      413,
      () => postForm(gateway.webhooks.messages, smsForm({ Body: 'x'.repeat(64 * 1024) })),
    ],
    [
      'a content type that is no form',
      415,
      () => {
        const { headers, body } = signed(gateway.webhooks.messages);
        return sendRaw(gateway.webhooks.messages, {
          headers: [['Content-Type', 'text/plain'], ...headers.slice(1)],
          body,
        });
      },
    ],
  ];

  test.each(cases)('rejects %s with %i; nothing is queued, nothing stored', async (_what, status, post) => {
    gateway.clearLogs();
    const response = await post();
    expect(response.status).toBe(status);
    expect(response.headers['allow']).toBe(status === 405 ? 'POST' : undefined);
    expect(response.body).not.toContain('<Response');
    // Whatever ingress queues, it logs as accepted before it answers.
    expect(gateway.logText()).not.toContain('"accepted"');
    expect(await gateway.queued(gateway.gateway.state.queues.events)).toBe(0);
    expect(await gateway.queued(gateway.gateway.state.queues.deadLetters)).toBe(0);
    expect(await gateway.items()).toEqual([]);
  });
});

test('rejects webhooks with 500 where the secret is missing, and logs which command fixes it', async () => {
  const gateway = await startTestGateway();
  try {
    await gateway.secretsManager.send(
      new DeleteSecretCommand({
        SecretId: gateway.gateway.state.secretIds[0],
        ForceDeleteWithoutRecovery: true,
      }),
    );
    const response = await postForm(gateway.webhooks.messages, smsForm());
    expect(response.status).toBe(500);
    expect(gateway.logs()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        status: 500,
        reason: 'credentials_missing',
        detail: expect.stringContaining('npx gateway secret set --stage dev') as string,
      }),
    );
    expect(await gateway.queued(gateway.gateway.state.queues.events)).toBe(0);
    expect(await gateway.items()).toEqual([]);
  } finally {
    await gateway.close();
  }
});
