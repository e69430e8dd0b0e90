import { openAccountsApi, openTwilioClient } from '../../lambda/shared/twilio/rest-client';
import { createTwilioHttpClient } from '../../lambda/shared/twilio/twilio-http';
import { messageSids } from '../helpers/gateway-effects';
import { testAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { newMessageSid, postForm, smsForm, statusForm } from '../helpers/webhooks';
import { eventually, workingDirectory, type WorkingDirectory } from './gateway-process';

const { accountSid, authToken } = testAccount;

describe('a network that loses webhooks', () => {
  let gateway: TestGateway;
  let lines: string[];
  beforeAll(async () => {
    lines = [];
    gateway = await startTestGateway({
      swallow: 0.3,
      onAnswer: ({ isSwallowed, status }) => lines.push(`${String(isSwallowed)} ${status}`),
    });
  });
  afterAll(() => gateway.close());

  const list = async () => {
    const http = createTwilioHttpClient({
      baseUrl: gateway.gateway.state.twilioStandIn?.baseUrl ?? '',
      timeoutMs: 5000,
    });
    const client = await openTwilioClient({ accountSid, username: accountSid, password: authToken }, http);
    return (await openAccountsApi(client)).accounts(accountSid).messages.list({ pageSize: 1000 });
  };

  test('Twilio has all messages, the table those that arrived, and a retry is lost again', async () => {
    const sids = Array.from({ length: 60 }, () => newMessageSid());
    const send = async (MessageSid: string) => {
      const { status } = await postForm(gateway.webhooks.messages, smsForm({ MessageSid, Body: `text ${MessageSid}` }));
      return { MessageSid, status };
    };
    const forged = newMessageSid();
    await postForm(gateway.webhooks.messages, smsForm({ MessageSid: forged }), { authToken: 'f'.repeat(32) });
    lines = [];
    const answers = await Promise.all(sids.map(send));
    const lost = answers.filter(({ status }) => status === 503).map(({ MessageSid }) => MessageSid);
    expect(lost.length).toBeGreaterThan(4);
    expect(lost.length).toBeLessThan(40);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60 - lost.length);
    expect(lines.filter((line) => line === 'true 503')).toHaveLength(lost.length);
    const retries = await Promise.all(lost.map(send));
    expect(retries.map(({ status }) => status)).toEqual(lost.map(() => 503));
    const before = gateway.gateway.swallowed();
    expect(before?.requests).toBeGreaterThanOrEqual(2 * lost.length);

    await gateway.settled();
    const stored = messageSids(await gateway.items()).filter((sid) => sids.includes(sid));
    expect(stored.toSorted()).toEqual(sids.filter((sid) => !lost.includes(sid)).toSorted());
    const listed = await list();
    expect(listed.map(({ sid }) => sid).toSorted()).toEqual(sids.toSorted());
    expect(listed.map(({ body }) => body)).toContain(`text ${lost[0] ?? ''}`);
    // A lost webhook never reached API Gateway either.
    const accessLines = gateway.logs().filter(({ status }) => status === '503' || status === 503);
    expect(accessLines).toEqual([]);
  });

  test('a status that was lost is in the list as well', async () => {
    const sid = newMessageSid();
    const statuses = ['queued', 'sent', 'delivered'];
    for (const status of statuses) await postForm(gateway.webhooks.status, statusForm(sid, status));
    const found = (await list()).find((message) => message.sid === sid);
    expect(found).toMatchObject({ status: 'delivered', direction: 'outbound-api' });
  });
});

describe('npm start -- --swallow', () => {
  let directory: WorkingDirectory;
  beforeAll(() => {
    directory = workingDirectory();
  });
  afterAll(() => directory.remove());

  test('prints each webhook that is lost, and their number at the end; the lists survive a restart', async () => {
    const args = ['--port', '0', '--log', 'lines', '--data-dir', `${directory.path}/data`, '--swallow'];
    const environment = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken };
    const gateway = await directory.startReady([...args, '100%'], environment);
    const MessageSid = newMessageSid();
    expect((await postForm(gateway.state.webhooks.messages, smsForm({ MessageSid }))).status).toBe(503);
    await eventually(() => expect(gateway.stdout()).toMatch(/ {3}swallowed 503 {2}\d+ ms {2}SM…[0-9a-f]{4}$/m));
    const { stdout } = await gateway.stop();
    expect(stdout).toMatch(/^swallowed 1 webhook \(1 request with the retries\)$/m);

    const again = await directory.startReady([...args, '0'], environment);
    const path = `/api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const url = `${again.state.twilioStandIn?.baseUrl ?? ''}${path}`;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const { messages } = (await (await fetch(url, { headers: { authorization } })).json()) as {
      readonly messages: readonly { readonly sid: string }[];
    };
    // The port is another one, and so is the URL that was signed.
    expect(messages.map(({ sid }) => sid)).toEqual([MessageSid]);
    expect((await postForm(again.state.webhooks.messages, smsForm())).status).toBe(200);
    expect((await again.stop()).stdout).toMatch(/^swallowed 0 webhooks \(0 requests with the retries\)$/m);
  }, 120_000);

  test.each(['5', '-1', 'five', '101%', '', '%'])('--swallow %s is refused', async (share) => {
    const { code, stderr } = await directory.start(['--swallow', share]).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('It must be a share of all webhooks, such as 5% or 0.05.');
  });
});
