import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';

const startTimeoutMs = 60_000;
const person = '+15550100001';
const number = '+15550100002';
const inboundSid = `SM${'b'.repeat(32)}`;

describe('replies, in the directory of a running npm start', () => {
  let directory: WorkingDirectory;
  let gateway: ReadyGateway;
  let credentials: { readonly accountSid: string; readonly authToken: string };
  beforeAll(async () => {
    directory = workingDirectory();
    gateway = await directory.startReady(['--port', '0']);
    const printed = (name: string) => new RegExp(`${name}=(\\S+)$`, 'm').exec(gateway.stdout())?.[1] ?? '';
    credentials = { accountSid: printed('TWILIO_ACCOUNT_SID'), authToken: printed('TWILIO_AUTH_TOKEN') };
  }, startTimeoutMs);
  afterAll(() => directory.remove());

  /** Sends a reply as a handler does. */
  const reply = async (body: string): Promise<string> => {
    const { accountSid, authToken } = credentials;
    const path = `/api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const answer = await fetch(`${gateway.state.twilioStandIn?.baseUrl ?? ''}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'x-gateway-in-reply-to': inboundSid,
      },
      body: new URLSearchParams({
        ...{ To: person, From: number, Body: body },
        StatusCallback: `${gateway.state.webhooks.status}#rc=3&rp=4xx,5xx,ct,rt`,
      }),
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { readonly sid: string }).sid;
  };

  test('the state file names the stand-in, and no handlers where there are none', () => {
    expect(gateway.state.twilioStandIn?.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(gateway.state.handlers).toEqual([]);
    expect(gateway.state).not.toHaveProperty('topicArn');
  });

  test('a reply is listed, and the gateway stores its signed status callbacks', async () => {
    expect(await directory.gatewayJson('replies', 'list')).toEqual([]);
    const sid = await reply('you said hello');
    await eventually(async () => {
      const replies = await directory.gatewayJson<StandInReply[]>('replies', 'list');
      expect(replies).toEqual([
        {
          sid,
          to: person,
          from: number,
          body: 'you said hello',
          inReplyTo: inboundSid,
          status: 'delivered',
        },
      ]);
    });
    await eventually(async () => {
      const shown = await directory.gatewayJson<{
        readonly status: string;
        readonly history: readonly { readonly status: string }[];
      }>('messages', 'show', sid);
      expect(shown.status).toBe('delivered');
      expect(shown.history.map(({ status }) => status)).toEqual(['sent', 'delivered']);
    });
    expect(gateway.stdout()).toContain(`reply ${sid} to ${inboundSid}: queued\n`);
    expect(gateway.stdout() + gateway.stderr()).not.toMatch(/you said hello|\+15550100001"/);
  });

  test('npm start needs the whole reply key, and the account with it', async () => {
    const key = { TWILIO_API_KEY: `SK${'c'.repeat(32)}` };
    const half = await directory.start(['--port', '0'], key).finished;
    expect(half).toMatchObject({ code: 1, stderr: expect.stringContaining('TWILIO_API_SECRET') });
    const alone = await directory.start(['--port', '0'], { ...key, TWILIO_API_SECRET: 'secret' }).finished;
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('TWILIO_ACCOUNT_SID') });
  });
});
