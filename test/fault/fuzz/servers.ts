import { connect } from 'node:net';
import { bytes, type Target } from './fuzz';
import { assert, type ExperimentGateway } from '../experiments/experiment-gateway';

/** The gateway answers within 4.5 s; a busy machine needs longer. */
const answerWithinMs = 12_000;

/**
 * Sends bytes and reads until the server closes the connection. Ends its own side if the bytes are not a whole request.
 */
const exchange = (url: string, input: Buffer, isWhole = true): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      if (isWhole) socket.write(input);
      else socket.end(input);
    });
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.setTimeout(answerWithinMs, () => {
      socket.destroy();
      reject(new Error(`neither answered nor closed within ${answerWithinMs} ms`));
    });
    // A reset also ends the exchange.
    socket.on('error', () => resolve(answer)).on('close', () => resolve(answer));
  });

const head = (url: string, lines: readonly string[]): string =>
  [`POST ${new URL(url).pathname} HTTP/1.1`, 'Host: gateway', 'Connection: close', ...lines].join('\r\n');

const httpPieces = [
  '\r\n',
  '\r\n\r\n',
  ' ',
  ':',
  'GET / HTTP/1.1',
  'POST /dev/messages HTTP/1.1',
  'HTTP/9.9',
  'Content-Length: 5',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  '0\r\n\r\n',
  'ffffffff\r\n',
  'Expect: 100-continue',
  'X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'Content-Type: application/json',
  'Content-Type: application/x-www-form-urlencoded',
  '/../',
  '%00',
  '//',
  '\u0000',
];

/** More growth in a few seconds would be a leak of whole requests. */
const maxGrowthBytes = 200 * 1024 * 1024;

/** The servers of a running gateway: no bytes may stop one, be accepted, or leak memory. */
export const serverTargets = (experiment: ExperimentGateway): readonly Target[] => {
  const { webhooks, gateway } = experiment.gateway;
  const memoryBefore = process.memoryUsage().rss;
  let probes = 0;
  const stillServes = async (): Promise<void> => {
    probes += 1;
    if (probes % 100 !== 0) return;
    assert.equal((await experiment.sms()).status, 200, 'a genuine message after it');
    const grown = process.memoryUsage().rss - memoryBefore;
    assert.ok(grown < maxGrowthBytes, `grown by ${grown} bytes`);
  };
  const aws = (name: string, endpoint: string, actions: readonly string[]): Target => ({
    name,
    holds: 'no action and no body makes the local service answer 5xx, hang, or leak memory',
    inputs: bytes([
      ...actions.map((action) => `${action}\n`),
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      'null',
      '-1',
      '1e400',
      '"QueueUrl"',
      `"${gateway.state.queues.events}"`,
      '"MessageBody":"x"',
      '"SecretId"',
      '"Entries":[',
      '"VisibilityTimeout":',
      '"ReceiptHandle":"x"',
      '"MaxNumberOfMessages":1',
      '"__proto__":{}',
    ]),
    probe: async (input) => {
      // The first line names the action.
      const [action = '', ...rest] = input.toString('latin1').split('\n');
      const body = Buffer.from(rest.join('\n'), 'latin1');
      const target = action.replace(/[^\x21-\x7e]/g, '');
      const lines = ['Content-Type: application/x-amz-json-1.0', `X-Amz-Target: Service.${target}`];
      const answer = await exchange(
        `${endpoint}/`,
        Buffer.concat([
          Buffer.from(`${head(`${endpoint}/`, [...lines, `Content-Length: ${body.length}`])}\r\n\r\n`),
          body,
        ]),
      );
      assert.doesNotMatch(answer, /^HTTP\/1\.1 5/);
      await stillServes();
    },
  });
  return [
    {
      name: 'http',
      holds: 'no bytes are accepted as a webhook, stop the HTTP API, make it hang or leak memory',
      inputs: bytes(httpPieces),
      probe: async (input) => {
        assert.doesNotMatch(await exchange(webhooks.messages, input, false), /^HTTP\/1\.1 2/);
        await stillServes();
      },
    },
    {
      name: 'webhook',
      holds: 'every unsigned webhook is rejected',
      inputs: bytes([...httpPieces, 'AccountSid=', '&Body=', '%FF', '{"id":"a"}']),
      probe: async (input) => {
        const lines = [`Content-Length: ${input.length}`, 'Content-Type: application/x-www-form-urlencoded'];
        const signed = [...lines, `X-Twilio-Signature: ${'A'.repeat(27)}=`];
        const request = Buffer.concat([Buffer.from(`${head(webhooks.messages, signed)}\r\n\r\n`), input]);
        assert.match(await exchange(webhooks.messages, request), /^HTTP\/1\.1 (?:403|413|503) /);
        await stillServes();
      },
    },
    aws('sqs', gateway.state.endpoints.sqs, [
      'SendMessage',
      'SendMessageBatch',
      'DeleteMessage',
      'GetQueueAttributes',
      'ChangeMessageVisibility',
      'StartMessageMoveTask',
      'ListQueues',
    ]),
    aws('secrets-manager', gateway.state.endpoints.secretsmanager, [
      'GetSecretValue',
      'DescribeSecret',
      'ListSecrets',
      'UpdateSecretVersionStage',
    ]),
  ];
};
