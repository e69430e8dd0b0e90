import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { testAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { postForm, smsForm } from '../helpers/webhooks';
import { refusals, refusedForm } from './webhooks/refusals';

describe('a request that is not a genuine webhook', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  test.each(refusals)('rejects $what with $status; nothing is queued, nothing stored', async (refusal) => {
    const { status, post } = refusal;
    gateway.clearLogs();
    const target = { webhooks: gateway.webhooks, account: testAccount };
    const response = await post(target, refusedForm(target));
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
