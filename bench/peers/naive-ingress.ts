import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import twilio from 'twilio';

// The obvious first version: the library's root import, default clients, the token read once. Nothing in it is slow
// on purpose; what it omits (rotation, limits, metrics, timeouts) makes it faster.

const secrets = new SecretsManagerClient({});
const queue = new SQSClient({});
let token: Promise<string> | undefined;

const readToken = async (): Promise<string> => {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: process.env['ACCOUNT_SECRET_ARNS'] }),
  );
  // The shape of the account secret.
  return (JSON.parse(SecretString ?? '{}') as { readonly authToken: string }).authToken;
};

export const handler = async (event: APIGatewayProxyEventV2) => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString();
  const params = Object.fromEntries(new URLSearchParams(body));
  const url = `${process.env['PUBLIC_BASE_URL'] ?? ''}/messages`;
  const signature = event.headers['x-twilio-signature'] ?? '';
  if (!twilio.validateRequest(await (token ??= readToken()), signature, url, params)) {
    process.stdout.write(`${JSON.stringify({ level: 'WARN', message: 'signature_mismatch' })}\n`);
    return { statusCode: 403, body: 'Forbidden' };
  }
  await queue.send(
    new SendMessageCommand({
      QueueUrl: process.env['EVENT_QUEUE_URL'],
      MessageBody: JSON.stringify({ params, receivedAt: new Date().toISOString(), requestId: randomUUID() }),
      MessageGroupId: params['AccountSid'],
    }),
  );
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: 'accepted', messageSid: params['MessageSid'] })}\n`);
  return { statusCode: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' };
};
