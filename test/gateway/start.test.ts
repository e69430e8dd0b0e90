import { writeFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fromNumber, testAccount } from '../helpers/test-account';
import { encodeForm, formHeaders, postForm, smsForm, twilioSignature } from '../helpers/webhooks';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';

const startTimeoutMs = 60_000;
const credentials = {
  TWILIO_ACCOUNT_SID: testAccount.accountSid,
  TWILIO_AUTH_TOKEN: testAccount.authToken,
};

const inDirectory = (): { readonly directory: () => WorkingDirectory } => {
  let directory: WorkingDirectory;
  beforeAll(() => {
    directory = workingDirectory();
  });
  afterAll(() => directory.remove());
  return { directory: () => directory };
};

/** A webhook without its last byte. */
const sendAllButTheEnd = (
  url: string,
  account: { readonly accountSid: string; readonly authToken: string },
): { readonly outgoing: ClientRequest; readonly status: Promise<number>; finish(): void } => {
  const form = smsForm({ AccountSid: account.accountSid });
  const body = encodeForm(form);
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(formHeaders(twilioSignature(url, form, account.authToken))),
      'Content-Length': body.length,
    },
    agent: false,
  });
  const status = new Promise<number>((resolve, reject) => {
    outgoing.on('response', (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('error', reject);
  });
  outgoing.write(body.slice(0, -1));
  return { outgoing, status, finish: () => outgoing.end(body.slice(-1)) };
};

describe('npm start -- --port 0', () => {
  const { directory } = inDirectory();
  let gateway: ReadyGateway;
  beforeAll(async () => {
    gateway = await directory().startReady(['--port', '0']);
  }, startTimeoutMs);

  const madeUp = (): { readonly accountSid: string; readonly authToken: string } => ({
    accountSid: /TWILIO_ACCOUNT_SID=(AC[0-9a-f]{32})$/m.exec(gateway.stdout())?.[1] ?? '',
    authToken: /TWILIO_AUTH_TOKEN=([0-9a-f]{32})$/m.exec(gateway.stdout())?.[1] ?? '',
  });

  test('prints that it accepts requests, the webhook URLs and commands to try', () => {
    const { baseUrl } = gateway.state;
    expect(gateway.stdout()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\/dev$/m);
    for (const route of ['messages', 'status', 'usage', 'events']) {
      expect(gateway.stdout()).toContain(`${baseUrl}/${route}\n`);
    }
    expect(gateway.stdout()).toMatch(/^ *npx gateway send sms /m);
    expect(gateway.stderr()).toBe('');
  });

  test('keeps .gateway/local.json while it runs', () => {
    const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string;
    const baseUrl = /^ready (\S+)$/m.exec(gateway.stdout())?.[1] ?? '';
    const sqs = gateway.state.endpoints.sqs;
    expect(gateway.state).toEqual({
      pid: gateway.child.pid,
      acceptGet: false,
      baseUrl,
      publicUrl: null,
      webhooks: {
        messages: `${baseUrl}/messages`,
        status: `${baseUrl}/status`,
        usage: `${baseUrl}/usage`,
        events: `${baseUrl}/events`,
      },
      endpoints: { sqs: url, dynamodb: url, secretsmanager: url, sns: url, monitoring: url },
      queues: {
        events: expect.stringMatching(`^${sqs}/000000000000/`) as string,
        deadLetters: expect.stringMatching(`^${sqs}/000000000000/`) as string,
      },
      tableName: expect.stringMatching(/^\w+$/) as string,
      secretIds: [expect.stringMatching(/^arn:aws:secretsmanager:/) as string],
      handlers: [],
      twilioStandIn: { baseUrl: url },
      console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=\S{40,}$/) as string,
      region: 'us-east-1',
    });
  });

  test('accepts webhooks signed with the credentials that it prints', async () => {
    const { accountSid, authToken } = madeUp();
    const form = smsForm({ AccountSid: accountSid });
    expect((await postForm(gateway.state.webhooks.messages, form, { authToken })).status).toBe(200);
    expect((await postForm(gateway.state.webhooks.messages, form)).status).toBe(403);
  });

  test('answers open requests, accepts no new ones and exits with 0 on SIGINT, even twice through npm', async () => {
    const { messages } = gateway.state.webhooks;
    const underWay = sendAllButTheEnd(messages, madeUp());
    // It has arrived once a request sent after it has been answered.
    await postForm(messages, smsForm());
    gateway.child.kill('SIGINT');
    gateway.child.kill('SIGINT');
    await eventually(() => expect(gateway.stdout()).toContain('stopping'));
    await eventually(() => expect(postForm(messages, smsForm())).rejects.toThrow('ECONNREFUSED'));
    underWay.finish();
    expect(await underWay.status).toBe(200);
    expect(await gateway.finished).toMatchObject({ code: 0, signal: null });
    expect(directory().hasState()).toBe(false);
    await expect(postForm(gateway.state.endpoints.sqs + '/', smsForm())).rejects.toThrow('ECONNREFUSED');
  });
});

describe('npm start with an account in the environment, behind a public URL', () => {
  const { directory } = inDirectory();
  let gateway: ReadyGateway;
  beforeAll(async () => {
    gateway = await directory().startReady(
      ['--port', '0', '--public-url', 'https://gateway.example.com:8443'],
      credentials,
    );
  }, startTimeoutMs);

  test('prints the public webhook URLs, but never the token', () => {
    expect(gateway.state.publicUrl).toBe('https://gateway.example.com:8443/dev');
    expect(gateway.stdout()).toContain('https://gateway.example.com:8443/dev/messages\n');
    expect(gateway.stdout() + gateway.stderr()).not.toContain(testAccount.authToken);
    expect(JSON.stringify(gateway.state)).not.toContain(testAccount.authToken);
  });

  test('accepts signatures over the public URL', async () => {
    const response = await postForm(gateway.state.webhooks.messages, smsForm(), {
      signedUrl: 'https://gateway.example.com:8443/dev/messages',
    });
    expect(response.status).toBe(200);
  });

  test('rejects signatures over its own address', async () => {
    expect((await postForm(gateway.state.webhooks.messages, smsForm())).status).toBe(403);
  });

  test('npx gateway send signs its public URL', async () => {
    const sent = await directory().gatewayJson<{ readonly accountSid: string; readonly ok: boolean }>(
      ...['send', 'sms', '--from', fromNumber],
    );
    expect(sent).toMatchObject({ ok: true, accountSid: testAccount.accountSid });
  });

  test('exits with 0 and deletes .gateway/local.json on SIGTERM', async () => {
    expect(directory().hasState()).toBe(true);
    expect(await gateway.stop('SIGTERM')).toMatchObject({ code: 0, signal: null });
    expect(directory().hasState()).toBe(false);
    expect(gateway.stdout() + gateway.stderr()).not.toContain(testAccount.authToken);
  });
});

describe('npm start', () => {
  const { directory } = inDirectory();
  let taken: Server;
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(directory().path, 'file'), '');
  });
  afterAll(() => new Promise((resolve) => taken.close(resolve)));
  const takenPort = (): string => String((taken.address() as AddressInfo).port);

  test(
    'ends with 0 when it is stopped before it is up',
    async () => {
      const started = directory().start(['--port', '0']);
      await eventually(() => expect(started.stdout()).toContain('synthesizing'));
      started.child.kill('SIGTERM');
      expect(await started.finished).toMatchObject({ code: 0, signal: null });
      expect(started.stdout()).not.toContain('ready');
      expect(directory().hasState()).toBe(false);
    },
    startTimeoutMs,
  );

  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = credentials;
  test.each<[string, () => readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['a port in use', () => ['--port', takenPort()], {}, /Port \d+ is in use/],
    ['a port that is none', () => ['--port', '65536'], {}, /--port.*0.*65535/],
    ['a flag that it does not have', () => ['--prot', '3000'], {}, /unknown option '--prot'/],
    ['a data directory that is a file', () => ['--port', '0', '--data-dir', 'file'], {}, /--data-dir file /],
    [
      'a data directory that cannot be made',
      () => ['--port', '0', '--data-dir', 'file/below'],
      {},
      /--data-dir file\/below .*ENOTDIR/,
    ],
    ['a public URL with a path', () => ['--public-url', 'https://x.example/twilio'], {}, /--public-url/],
    ['an account without its token', () => ['--port', '0'], { TWILIO_ACCOUNT_SID }, /TWILIO_AUTH_TOKEN/],
    ['a token without its account', () => ['--port', '0'], { TWILIO_AUTH_TOKEN }, /TWILIO_ACCOUNT_SID/],
  ])(
    'rejects %s with one line that says so, and exit code 1',
    async (_what, args, env, line) => {
      const { code, stdout, stderr } = await directory().start(args(), env).finished;
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toMatch(line);
      expect(stderr).not.toContain(testAccount.authToken);
      expect(code).toBe(1);
      expect(stdout).not.toContain('ready');
      expect(directory().hasState()).toBe(false);
    },
    startTimeoutMs,
  );
});
