import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccountsApi, openTwilioClient } from '../../../lambda/shared/twilio/rest-client';
import { createTwilioHttpClient, type TwilioHttpRequest } from '../../../lambda/shared/twilio/twilio-http';
import type { StandInReply } from '../../../lambda/shared/contract/stand-in-reply';
import { startTwilioStandIn, type TwilioStandIn } from '../../../local/twilio/stand-in';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { eventually } from '../../gateway/gateway-process';
import { testAccount } from '../../helpers/test-account';

const person = '+15550100001';
const number = '+15550100002';
const inboundSid = `SM${'b'.repeat(32)}`;

interface Callback {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
}

/** Answers what the test says, 204 else. */
const startReceiver = async () => {
  const callbacks: Callback[] = [];
  const answers: number[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      callbacks.push({ url: incoming.url ?? '', headers: incoming.headers, params });
      outgoing.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    callbacks,
    answers,
    first: (): Callback => {
      const [callback] = callbacks;
      if (callback === undefined) throw new Error('There was no status callback.');
      return callback;
    },
    statuses: () => callbacks.map(({ params }) => params['MessageStatus']),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

describe('the Twilio stand-in, for the twilio package', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let directory: string;
  let standIn: TwilioStandIn;
  let authToken: string;
  let lines: string[];
  const publicOrigin = 'https://gateway.example.com';

  const open = async (): Promise<void> => {
    standIn = await startTwilioStandIn({
      storePath: join(directory, 'replies.json'),
      accounts: () => Promise.resolve([{ ...testAccount, authToken }]),
      origins: { local: receiver.origin, public: publicOrigin },
      onLine: (line) => lines.push(line),
      statusDelayMs: 5,
    });
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'twilio-stand-in-'));
    receiver = await startReceiver();
    authToken = testAccount.authToken;
    lines = [];
    await open();
  });
  afterEach(async () => {
    await standIn.close();
    await receiver.close();
    await rm(directory, { recursive: true, force: true });
  });

  const messages = async (credentials = { username: standIn.key.apiKey, password: standIn.key.apiSecret }) => {
    const http = createTwilioHttpClient({ baseUrl: standIn.baseUrl, timeoutMs: 5000 });
    const client = await openTwilioClient(
      { accountSid: testAccount.accountSid, ...credentials },
      {
        request: (request: TwilioHttpRequest) =>
          http.request({ ...request, headers: { ...request.headers, 'X-Gateway-In-Reply-To': inboundSid } }),
      },
    );
    return (await openAccountsApi(client)).accounts(testAccount.accountSid).messages;
  };
  const replies = async (): Promise<StandInReply[]> =>
    (await fetch(`${standIn.baseUrl}/replies`)).json() as Promise<StandInReply[]>;
  const delivered = () =>
    eventually(async () => expect((await replies()).map(({ status }) => status)).not.toContain('queued'));

  test('a message is created as at Twilio, read back, listed, and kept for `replies list`', async () => {
    const api = await messages();
    const created = await api.create({ to: person, from: number, body: 'hello 🌍' });
    expect(created).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/) as string,
      accountSid: testAccount.accountSid,
      status: 'queued',
      direction: 'outbound-api',
      numSegments: '1',
      numMedia: '0',
      body: 'hello 🌍',
      to: person,
      from: number,
      apiVersion: '2010-04-01',
      errorCode: null,
      uri: `/2010-04-01/Accounts/${testAccount.accountSid}/Messages/${created.sid}.json`,
    });
    expect(Date.now() - created.dateCreated.getTime()).toBeLessThan(5000);
    expect((await api.get(created.sid).fetch()).body).toBe('hello 🌍');
    await api.create({ to: '+15550100003', from: number, mediaUrl: ['https://media.example/one.png'] });
    expect((await api.list()).map(({ to }) => to)).toEqual(['+15550100003', person]);
    expect((await api.list({ to: person })).map(({ sid }) => sid)).toEqual([created.sid]);
    expect((await api.list({ pageSize: 1, limit: 5 })).map(({ to }) => to)).toEqual(['+15550100003', person]);
    await eventually(async () =>
      expect((await replies()).at(-1)).toEqual({
        sid: created.sid,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        to: person,
        from: number,
        body: 'hello 🌍',
        inReplyTo: inboundSid,
        status: 'delivered',
      }),
    );
    expect(lines[0]).toBe(`reply ${created.sid} to ${inboundSid}: queued`);
    expect(lines.join()).not.toMatch(/hello|\+1555/);
  });

  test.each([
    ['160 GSM characters', 'a'.repeat(160), '1'],
    ['161 GSM characters', 'a'.repeat(161), '2'],
    ['160 with one that takes two', `${'a'.repeat(159)}€`, '2'],
    ['70 others', 'я'.repeat(70), '1'],
    ['71 others', 'я'.repeat(71), '2'],
  ])('%s: the number of segments is Twilio’s', async (_title, body, segments) => {
    const api = await messages();
    expect((await api.create({ to: person, from: number, body })).numSegments).toBe(segments);
  });

  test('its status callbacks are sent, then delivered, signed over the URL without overrides, each with a token', async () => {
    const api = await messages();
    const url = `${receiver.origin}/dev/status?stage=dev`;
    const { sid } = await api.create({
      ...{ to: person, messagingServiceSid: `MG${'c'.repeat(32)}`, body: 'hi' },
      statusCallback: `${url}#rc=3&rp=4xx,5xx,ct,rt`,
    });
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'delivered']));
    for (const { url: path, headers, params } of receiver.callbacks) {
      expect(path).toBe('/dev/status?stage=dev');
      expect(validateRequest(authToken, String(headers['x-twilio-signature']), url, params)).toBe(true);
      expect(headers['i-twilio-idempotency-token']).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(receiver.callbacks[1]?.params).toEqual({
      AccountSid: testAccount.accountSid,
      ApiVersion: '2010-04-01',
      From: '+15550100099',
      MessageSid: sid,
      MessageStatus: 'delivered',
      MessagingServiceSid: `MG${'c'.repeat(32)}`,
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/) as string,
      SmsSid: sid,
      SmsStatus: 'delivered',
      To: person,
    });
  });

  test('a rotated Auth Token signs the next callback', async () => {
    const api = await messages();
    authToken = 'the-token-after-the-rotation';
    await api.create({ to: person, from: number, body: 'hi', statusCallback: `${receiver.origin}/status` });
    await eventually(() => expect(receiver.statuses()).toHaveLength(2));
    const { headers, params } = receiver.first();
    const signature = String(headers['x-twilio-signature']);
    expect(validateRequest(authToken, signature, `${receiver.origin}/status`, params)).toBe(true);
  });

  test('a callback is retried as its URL asks for, with the same idempotency token', async () => {
    receiver.answers.push(503, 429);
    const api = await messages();
    await api.create({ to: person, from: number, body: 'hi', statusCallback: `${receiver.origin}/s#rc=2&rp=4xx,5xx` });
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'sent', 'sent', 'delivered']));
    const tokens = receiver.callbacks.map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(new Set(tokens.slice(0, 3)).size).toBe(1);
    expect(tokens[3]).not.toBe(tokens[0]);
    expect(lines).toHaveLength(1);
  });

  test.each([
    ['an error is shown and not retried without overrides', 500, 'the answer was 500'],
    ['a redirect is not followed', 302, undefined],
  ])('%s', async (_title, status, shown) => {
    receiver.answers.push(status);
    const api = await messages();
    const { sid } = await api.create({
      ...{ to: person, from: number, body: 'hi', statusCallback: `${receiver.origin}/s` },
    });
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'delivered']));
    expect(receiver.callbacks.map(({ url }) => url)).toEqual(['/s', '/s']);
    const line = shown && `reply ${sid}: the status callback "sent" was not delivered: ${shown}`;
    expect(lines.slice(1)).toEqual(line === undefined ? [] : [line]);
  });

  test('a callback to another host is not made, and the message is delivered nevertheless', async () => {
    const api = await messages();
    await api.create({ to: person, from: number, body: 'hi', statusCallback: 'http://10.0.0.1/status' });
    await eventually(async () => expect((await replies())[0]?.status).toBe('delivered'));
    expect(lines[1]).toContain('its host is not this gateway');
  });

  test('the public URL is signed, and posted to the gateway itself', async () => {
    const api = await messages();
    await api.create({ to: person, from: number, body: 'hi', statusCallback: `${publicOrigin}/dev/status` });
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'delivered']));
    const { url, headers, params } = receiver.first();
    expect(url).toBe('/dev/status');
    const signature = String(headers['x-twilio-signature']);
    expect(validateRequest(authToken, signature, `${publicOrigin}/dev/status`, params)).toBe(true);
  });

  test.each([
    [21604, { to: '', from: number, body: 'hi' }],
    [21211, { to: 'somebody', from: number, body: 'hi' }],
    [21603, { to: person, body: 'hi' }],
    [21266, { to: person, from: person, body: 'hi' }],
    [21602, { to: person, from: number }],
    [21617, { to: person, from: number, body: 'é'.repeat(1601) }],
    [21609, { to: person, from: number, body: 'hi', statusCallback: 'ftp://127.0.0.1/status' }],
  ])('error %d, as at Twilio, and nothing is kept', async (code, params) => {
    const api = await messages();
    await expect(api.create(params)).rejects.toMatchObject({ status: 400, code });
    expect(await replies()).toEqual([]);
  });

  test('the Auth Token is accepted, other credentials, accounts and paths are not', async () => {
    const wrong = await messages({ username: standIn.key.apiKey, password: 'wrong' });
    await expect(wrong.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    const api = await messages({ username: testAccount.accountSid, password: authToken });
    expect(await api.list()).toEqual([]);
    await expect(api.get(inboundSid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    const { apiKey, apiSecret } = standIn.key;
    const headers = { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` };
    for (const path of [
      `/api.twilio.com/2010-04-01/Accounts/AC${'9'.repeat(32)}/Messages.json`,
      `/api.twilio.com/2010-04-01/Accounts/${testAccount.accountSid}/Conferences.json`,
    ]) {
      expect((await fetch(`${standIn.baseUrl}${path}`, { headers })).status).toBe(404);
    }
  });

  test('whoever opted out gets nothing until they opt in again', async () => {
    const received = (attributes: Readonly<Record<string, string>>, body: string) =>
      standIn.onPublished({
        message: JSON.stringify({ data: { body } }),
        attributes: {
          ...{ type: 'twilio.webhook.message.received', accountSid: testAccount.accountSid, from: person, to: number },
          ...attributes,
        },
      });
    const api = await messages();
    const send = () => api.create({ to: person, from: number, body: 'hi' });
    received({ optOutType: 'STOP' }, 'Arrêt');
    await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
    const service = { to: person, messagingServiceSid: `MG${'c'.repeat(32)}`, body: 'hi' };
    await expect(api.create(service)).rejects.toMatchObject({ code: 21610 });
    await expect(api.create({ to: person, from: '+15550100005', body: 'hi' })).resolves.toBeDefined();
    received({}, 'start');
    await expect(send()).resolves.toBeDefined();
    received({}, ' Stop ');
    await expect(send()).rejects.toMatchObject({ code: 21610 });
    received({ type: 'twilio.webhook.message.status-changed' }, 'START');
    received({}, 'please start');
    await expect(send()).rejects.toMatchObject({ code: 21610 });
    await standIn.close();
    await open();
    await expect((await messages()).create(service)).rejects.toMatchObject({ code: 21610 });
  });

  test('messages survive a restart in a file that only its owner reads; the last 1,000 are kept', async () => {
    const api = await messages();
    const first = await api.create({ to: person, from: number, body: 'first' });
    await delivered();
    await standIn.close();
    const path = join(directory, 'replies.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const stored = JSON.parse(await readFile(path, 'utf8')) as { readonly messages: readonly object[] };
    const copies = Array.from({ length: 999 }, (_, at) => ({
      ...stored.messages[0],
      ...{ sid: `SM${String(at).padStart(32, '0')}`, status: 'delivered' },
    }));
    await writeFile(path, JSON.stringify({ ...stored, messages: [...stored.messages, ...copies] }));
    await open();
    expect((await replies()).at(-1)?.sid).toBe(first.sid);
    const next = await (await messages()).create({ to: person, from: number, body: 'next' });
    const kept = await replies();
    expect(kept).toHaveLength(1000);
    expect(kept[0]?.sid).toBe(next.sid);
    expect(kept.map(({ sid }) => sid)).not.toContain(first.sid);
  });

  test('a restart reports the statuses that are still missing', async () => {
    const api = await messages();
    await api.create({ to: person, from: number, body: 'hi', statusCallback: `${receiver.origin}/s` });
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'delivered']));
    await standIn.close();
    const path = join(directory, 'replies.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"delivered"', '"sent"'));
    await open();
    standIn.resume();
    standIn.resume();
    await eventually(() => expect(receiver.statuses()).toEqual(['sent', 'delivered', 'delivered']));
  });

  test('a damaged file is named, and not overwritten', async () => {
    const path = join(directory, 'damaged.json');
    await writeFile(path, '{"version":7}');
    const origins = { local: receiver.origin, public: undefined };
    const start = startTwilioStandIn({ storePath: path, accounts: () => Promise.resolve([]), origins, onLine: String });
    await expect(start).rejects.toThrow(`${path} is not a list of replies`);
    expect(await readFile(path, 'utf8')).toBe('{"version":7}');
  });

  test('a page under another name for this machine is refused', async () => {
    const { port } = new URL(standIn.baseUrl);
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/replies', headers: { host: 'rebound.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
