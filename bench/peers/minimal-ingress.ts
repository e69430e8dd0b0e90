import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:https';
import { parse } from 'node:querystring';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { validateRequest } from 'twilio/lib/webhooks/webhooks';

// The minimum that does the work: two hand-signed requests, no SDK, no retry, no timeout, no logger. Not for
// production.

const region = process.env['AWS_REGION'] ?? '';
const accessKeyId = process.env['AWS_ACCESS_KEY_ID'] ?? '';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const authorization = (service: string, host: string, target: string, time: string, body: string): string => {
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const names = 'host;x-amz-date;x-amz-target';
  const canonical = `POST\n/\n\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${names}\n${sha256(body)}`;
  const secret = process.env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const key = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
};

interface Service {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly version: '1.0' | '1.1';
}

const secretsManager: Service = {
  name: 'secretsmanager',
  endpoint: process.env['AWS_ENDPOINT_URL'],
  version: '1.1',
};
const sqs: Service = { name: 'sqs', endpoint: process.env['AWS_ENDPOINT_URL_SQS'], version: '1.0' };

const call = ({ name, endpoint, version }: Service, target: string, input: object): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { hostname, host, port } = new URL(endpoint ?? '');
    const body = JSON.stringify(input);
    const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const headers = {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-date': time,
      'x-amz-target': target,
      authorization: authorization(name, host, target, time, body),
    };
    const outgoing = request({ hostname, port, method: 'POST', path: '/', headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () =>
        incoming.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${target} failed.`)),
      );
    });
    outgoing.on('error', reject).end(body);
  });

let token: Promise<string> | undefined;
const readToken = async (): Promise<string> => {
  const secret = { SecretId: process.env['ACCOUNT_SECRET_ARNS'] };
  // The shapes of Secrets Manager's answer and of the account secret.
  const { SecretString } = (await call(secretsManager, 'secretsmanager.GetSecretValue', secret)) as {
    readonly SecretString: string;
  };
  return (JSON.parse(SecretString) as { readonly authToken: string }).authToken;
};

export const handler = async (event: APIGatewayProxyEventV2) => {
  const params = parse(Buffer.from(event.body ?? '', 'base64').toString());
  const url = `${process.env['PUBLIC_BASE_URL'] ?? ''}/messages`;
  const signature = event.headers['x-twilio-signature'] ?? '';
  if (!validateRequest(await (token ??= readToken()), signature, url, params)) {
    return { statusCode: 403, body: 'Forbidden' };
  }
  await call(sqs, 'AmazonSQS.SendMessage', {
    QueueUrl: process.env['EVENT_QUEUE_URL'],
    MessageBody: JSON.stringify({ params, receivedAt: new Date().toISOString() }),
    MessageGroupId: params['AccountSid'],
  });
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: 'accepted' })}\n`);
  return { statusCode: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' };
};
