import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { startTestGateway } from '../helpers/test-gateway';
import { postForm, smsForm } from '../helpers/webhooks';

test('rejects webhooks with 500 while the secret is missing, and logs the command that fixes it', async () => {
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
        detail: expect.stringContaining('npx twilio-webhook-gateway secret set --stage dev') as string,
      }),
    );
    expect(await gateway.queued(gateway.gateway.state.queues.events)).toBe(0);
    expect(await gateway.items()).toEqual([]);
  } finally {
    await gateway.close();
  }
});
