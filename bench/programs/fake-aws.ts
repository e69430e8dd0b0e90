import { createHash, randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { account } from '../webhooks';
import { serveCommands } from './commands';

// Answers like AWS and stores nothing, so that emulation costs little. It counts the calls, so that a row can prove
// that both consumers made the same ones.

const calls = new Map<string, number>();
const lastInputs = new Map<string, unknown>();

const secret = JSON.stringify(account);

const answers: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>> = {
  // The SDK checks the digest.
  'AmazonSQS.SendMessage': ({ MessageBody }) => ({
    MessageId: randomUUID(),
    MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
  }),
  'secretsmanager.GetSecretValue': ({ SecretId }) => ({
    ARN: SecretId,
    Name: 'main',
    VersionId: 'bench',
    SecretString: secret,
    VersionStages: ['AWSCURRENT'],
  }),
  'secretsmanager.DescribeSecret': ({ SecretId }) => ({
    ARN: SecretId,
    Name: 'main',
    VersionIdsToStages: { bench: ['AWSCURRENT'] },
  }),
  // Every item is new.
  'DynamoDB_20120810.UpdateItem': () => ({}),
  'DynamoDB_20120810.PutItem': () => ({}),
};

/** SNS speaks another protocol than the others: forms and XML. */
const publishBatch = (form: URLSearchParams): string => {
  const ids = [...form].flatMap(([name, value]) =>
    /^PublishBatchRequestEntries\.member\.\d+\.Id$/.test(name) ? [value] : [],
  );
  const members = ids.map((id) => `<member><Id>${id}</Id><MessageId>${randomUUID()}</MessageId></member>`);
  const result = `<PublishBatchResult><Successful>${members.join('')}</Successful><Failed/></PublishBatchResult>`;
  return `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishBatchResponse>`;
};

const listener: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.headers['x-amz-target'] === undefined) {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const action = String(form.get('Action'));
      calls.set(action, (calls.get(action) ?? 0) + 1);
      lastInputs.set(action, Object.fromEntries(form));
      const body = publishBatch(form);
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    }
    const target = String(request.headers['x-amz-target']);
    calls.set(target, (calls.get(target) ?? 0) + 1);
    const answer = answers[target];
    const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
    // The AWS JSON protocol sends an object.
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>;
    lastInputs.set(target, input);
    const body = JSON.stringify(answer === undefined || !signed ? { __type: 'AccessDenied' } : answer(input));
    response.writeHead(answer === undefined || !signed ? 400 : 200, {
      'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      'x-amzn-requestid': 'bench',
    });
    response.end(body);
  });
};

const start = async (): Promise<void> => {
  const tlsOptions = { key: process.env['TLS_KEY'], cert: process.env['TLS_CERTIFICATE'] };
  const servers = [
    createServer(listener),
    createTlsServer(tlsOptions, listener),
    createTlsServer(tlsOptions, listener),
  ];
  const ports = await Promise.all(
    servers.map(async (server) => {
      // No timeout: closing a connection would make its program look slow.
      server.keepAliveTimeout = 0;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // A server on a TCP port has an AddressInfo.
      return (server.address() as AddressInfo).port;
    }),
  );
  serveCommands(
    {
      http: `http://127.0.0.1:${ports[0] ?? 0}`,
      https: `https://127.0.0.1:${ports[1] ?? 0}`,
      httpsQueue: `https://127.0.0.1:${ports[2] ?? 0}`,
    },
    {
      takeCalls: () => {
        const taken = Object.fromEntries(calls);
        calls.clear();
        return taken;
      },
      lastInput: (target) => lastInputs.get(String(target)),
    },
  );
};

void start();
