import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChangeVisibility } from '../../../lambda/aws/change-visibility';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const signal = new AbortController().signal;
const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'made-up',
  AWS_SESSION_TOKEN: 'session',
};
const saved = { ...process.env };
let close: (() => Promise<void>) | undefined;

/** A fake SQS that keeps its requests. */
const serve = async (answer: (response: ServerResponse) => void): Promise<{ queueUrl: string; seen: Seen[] }> => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  // A server on a TCP port has an AddressInfo.
  return {
    queueUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/EventQueue`,
    seen,
  };
};

beforeEach(() => Object.assign(process.env, credentials));
afterEach(async () => {
  for (const name of Object.keys(credentials)) {
    if (saved[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = saved[name];
  }
  await close?.();
  close = undefined;
});

describe('changing the visibility of a message', () => {
  it('sends SQS a request, signed for the region, that ends the visibility timeout of that receive', async () => {
    const { queueUrl, seen } = await serve((response) => response.end('{}'));
    await createChangeVisibility(queueUrl, 'eu-west-1')('the-handle', 0, signal);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/' });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      QueueUrl: queueUrl,
      ReceiptHandle: 'the-handle',
      VisibilityTimeout: 0,
    });
    expect(seen[0]?.headers).toMatchObject({
      'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sqs\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
      ) as string,
    });
  });

  it('rejects with the status, but without the message, when SQS refuses', async () => {
    const { queueUrl, seen } = await serve((response) => response.writeHead(403).end('{"message":"the-handle"}'));
    await expect(createChangeVisibility(queueUrl, 'eu-west-1')('the-handle', 60, signal)).rejects.toMatchObject({
      name: 'VisibilityError',
      message: 'ChangeMessageVisibility was answered 403 instead of 200.',
      $metadata: { httpStatusCode: 403 },
    });
    expect(seen).toHaveLength(1);
  });

  it('rejects when SQS does not answer in time, or when the signal is aborted', async () => {
    const { queueUrl } = await serve(() => undefined);
    const hasty = createChangeVisibility(queueUrl, 'eu-west-1', 50);
    await expect(hasty('the-handle', 0)).rejects.toMatchObject({ name: 'TimeoutError' });
    const patient = createChangeVisibility(queueUrl, 'eu-west-1', 20_000);
    const stopped = patient('the-handle', 0, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('hides a message for the given number of seconds, without a signal', async () => {
    const { queueUrl, seen } = await serve((response) => response.end('{}'));
    await createChangeVisibility(queueUrl, 'eu-west-1')('the-handle', 60);
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ VisibilityTimeout: 60 });
  });
});
