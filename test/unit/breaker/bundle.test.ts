import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { BreakerEnvironment } from '../../../lambda/breaker/environment';
import { bundleOptions } from '../../../lib/functions/function-bundle';
import { configured, firedNow, parentSid, subaccountSid, usageMessage } from './firings';

/** The whole of Twilio's package is 3.8 MB; the parts that the breaker asks for are a sixth of it. */
const maxBundleBytes = 1_000_000;

const { outputFiles, metafile } = buildSync(bundleOptions('breaker'));
const code = outputFiles.find(({ path }) => basename(path) === 'index.js')?.text ?? '';
const inputs = Object.keys(metafile.inputs);

test(`is at most ${maxBundleBytes} bytes`, () => {
  expect(code.length).toBeGreaterThan(0);
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(maxBundleBytes);
});

test('contains no code of the stack, the CDK, the CLI or another function', () => {
  const foreign =
    /^(?:lib|bin|cli|local|test|lambda\/(?:ingress|consumer))\/|node_modules\/(?:aws-cdk-lib|constructs)\//;
  expect(inputs).toContain('lambda/breaker/handler.ts');
  expect(inputs.filter((input) => foreign.test(input))).toEqual([]);
});

test("contains no package.json, no JSON table of any package, and no author's address", () => {
  const json = inputs.filter((input) => input.endsWith('.json'));
  expect(json).toContain('node_modules/twilio/package.json');
  for (const output of Object.values(metafile.outputs)) {
    // Empty, each is a stub of a few bytes.
    for (const input of json) expect(output.inputs[input]?.bytesInOutput ?? 0).toBeLessThan(64);
  }
  expect(code).not.toMatch(/"?(?:devDependencies|maintainers)"?:/);
  expect(code.match(/[\w.+-]+@[\w-]+\.[a-z]{2,}/gi)).toBeNull();
});

test("leaves the packages behind Twilio's own HTTP client out", () => {
  expect(inputs).toContain('node_modules/twilio/lib/base/RequestClient.js');
  expect(
    inputs.filter((input) => /^node_modules\/(?:axios|https-proxy-agent|jsonwebtoken|qs|mime-db)\//.test(input)),
  ).toEqual([]);
});

const environment: BreakerEnvironment = {
  STAGE_NAME: 'dev',
  TABLE_NAME: 'Table',
  BREAKER_QUEUE_URL: 'http://127.0.0.1:9/111122223333/breaker',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:topic',
  BREAKER_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:breaker-AbCdEf',
  TRIGGER_FILE: 'triggers.json',
  DRY_RUN: 'true',
  RETRY_DELAY_SECONDS: '0',
};

/** Loads the bundle where no package is installed; a firing is dealt with if there is one. */
const script = `
const { handler } = require('./index.js');
const body = process.env.FIRING;
const attributes = { ApproximateReceiveCount: '1' };
const event = { Records: body === undefined ? [] : [{ messageId: 'm', receiptHandle: 'h', body, attributes }] };
const context = { getRemainingTimeInMillis: () => 20000 };
handler(event, context).then((answer) => console.log('ANSWER ' + JSON.stringify(answer)));
`;

/** Everything that the bundle talks to, behind one port: AWS by its target header, Twilio by its path. */
const startFakeServices = async () => {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const target =
        String(incoming.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const path = (incoming.url ?? '').split('?')[0] ?? '';
      asked.push(target !== '' ? target : (form.get('Action') ?? `${incoming.method ?? ''} ${path}`));
      const answer: unknown =
        target === 'UpdateItem'
          ? { Attributes: { decision: { S: 'deciding' } } }
          : target === 'GetSecretValue'
            ? {
                SecretString: JSON.stringify({
                  accountSid: parentSid,
                  authToken: 'dummy',
                  subaccounts: { support: subaccountSid },
                }),
              }
            : path.includes('/Usage/Records')
              ? { usage_records: [{ price: 51, category: 'totalprice' }] }
              : { sid: subaccountSid, status: 'active' };
      if (form.get('Action') === 'Publish') {
        outgoing.writeHead(200, { 'content-type': 'text/xml' });
        outgoing.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
        return;
      }
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

test("acts on a firing without any installed package, with Twilio's client loaded lazily", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-breaker-'));
  const setup = await startFakeServices();
  try {
    writeFileSync(join(directory, 'index.js'), code);
    writeFileSync(join(directory, environment.TRIGGER_FILE), JSON.stringify([configured]));
    const child = spawn(process.execPath, ['-e', script], {
      cwd: directory,
      env: {
        ...environment,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: setup.url,
        TWILIO_API_BASE_URL: setup.url,
        FIRING: usageMessage(firedNow(), { receivedAt: new Date().toISOString() }),
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(printed).toContain('ANSWER {"batchItemFailures":[]}');
    expect(printed).toContain('dry_run: would have suspended it');
    expect(setup.asked).toEqual([
      'UpdateItem',
      'GetSecretValue',
      `GET /api.twilio.com/2010-04-01/Accounts/${subaccountSid}/Usage/Records.json`,
      `GET /api.twilio.com/2010-04-01/Accounts/${subaccountSid}.json`,
      'Publish',
      'UpdateItem',
    ]);
  } finally {
    await setup.stop();
    rmSync(directory, { recursive: true });
  }
});
