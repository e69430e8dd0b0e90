import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '../../../lambda/shared/signature/signature';
import { openAccountsApi, openTwilioClient } from '../../../lambda/shared/twilio/rest-client';
import { createTwilioHttpClient } from '../../../lambda/shared/twilio/twilio-http';
import type { ListConditions } from '../../../local/twilio/lists/list-conditions';
import { startTwilioStandIn, type TwilioStandIn } from '../../../local/twilio/stand-in';
import { testAccount } from '../../helpers/test-account';
import { apiDescription } from '../../helpers/twilio-double/descriptions';
import { encodeForm, newMessageSid, smsForm, statusForm, twilioSignature, type Form } from '../../helpers/webhooks';

const origin = 'http://127.0.0.1:3999';
const { accountSid } = testAccount;
const sharedKey = 'another-key';

/** What Twilio's own client, and the plain answers, find in the lists of the stand-in. */
describe("the stand-in's lists", () => {
  let directory: string;
  let standIn: TwilioStandIn;
  let authToken: string;
  let conditions: ListConditions;

  const open = async (): Promise<void> => {
    standIn = await startTwilioStandIn({
      storePath: join(directory, 'replies.json'),
      sentPath: join(directory, 'twilio-lists'),
      listConditions: () => conditions,
      accounts: () => Promise.resolve([{ accountSid, authToken, sharedKeys: ['one-key', sharedKey] }]),
      origins: { local: origin, public: undefined },
      onLine: () => undefined,
      statusDelayMs: 5,
    });
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'twilio-lists-'));
    authToken = testAccount.authToken;
    conditions = {};
    await open();
  });
  afterEach(async () => {
    await standIn.close();
    await rm(directory, { recursive: true, force: true });
  });

  interface Sent {
    readonly route?: string;
    readonly signedUrl?: string;
    readonly token?: string;
    readonly at?: number;
    readonly method?: string;
  }
  const sent = (form: Form, { route = 'messages', token = authToken, at = Date.now(), ...others }: Sent = {}): void => {
    const { method = 'POST' } = others;
    const body = encodeForm(form);
    const target = `/dev/${route}${method === 'GET' ? `?${body}` : ''}`;
    const signature = twilioSignature(others.signedUrl ?? `${origin}${target}`, method === 'GET' ? {} : form, token);
    standIn.onSent({
      ...{ at, method, target, host: '127.0.0.1:3999', signature },
      body: Buffer.from(method === 'GET' ? '' : body),
    });
  };
  const sms = (changes: Form = {}, how: Sent = {}): string => {
    const MessageSid = newMessageSid();
    sent(smsForm({ MessageSid, ...changes }), how);
    return MessageSid;
  };

  const api = async () => {
    const http = createTwilioHttpClient({ baseUrl: standIn.baseUrl, timeoutMs: 5000 });
    const credentials = { accountSid, username: accountSid, password: authToken };
    return (await openAccountsApi(await openTwilioClient(credentials, http))).accounts(accountSid);
  };
  const listedSids = async (filter: Parameters<Awaited<ReturnType<typeof api>>['messages']['list']>[0] = {}) =>
    (await (await api()).messages.list(filter)).map(({ sid }) => sid);
  /** The plain answer, held to Twilio's description of the operation. */
  const get = async (path: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const url = path.startsWith('/2010') ? path : `/2010-04-01/Accounts/${accountSid}/${path}`;
    const answer = await fetch(`${standIn.baseUrl}/api.twilio.com${url}`, { headers: { authorization } });
    const body = (await answer.json()) as Record<string, unknown>;
    if (answer.status === 200) await expectAsDescribed(url, body);
    return { status: answer.status, body };
  };
  const expectAsDescribed = async (url: string, body: object): Promise<void> => {
    const description = await apiDescription('api.twilio.com');
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const request = { method: 'GET', path, query, headers: {} };
    const operation = description.matchOperation(request);
    if (operation === undefined) throw new Error(`Twilio has no such path: ${path}`);
    expect(description.validateRequest(request, operation).errors ?? []).toEqual([]);
    expect(description.validateResponse(structuredClone(body), operation, 200).errors ?? []).toEqual([]);
  };

  test('an incoming message is there as Twilio shows it, and what is forged is not', async () => {
    const at = Date.parse('2026-11-27T10:00:01.500Z');
    const service = `MG${'c'.repeat(32)}`;
    const sid = sms({ Body: 'héllo + 100 %', MessagingServiceSid: service, NumSegments: '2' }, { at });
    sms({}, { token: 'another-token-than-the-account-has' });
    sms({ AccountSid: `AC${'9'.repeat(32)}` });
    sms({ MessageSid: 'SMnot-a-sid' });
    sms({ MessageSid: '' });
    const { body } = await get('Messages.json');
    expect(body['messages']).toEqual([
      expect.objectContaining({
        ...{ sid, account_sid: accountSid, direction: 'inbound', status: 'received', body: 'héllo + 100 %' },
        ...{ from: '+15550100001', to: '+15550100002', num_media: '0', num_segments: '2', error_code: null },
        ...{ messaging_service_sid: service, date_sent: 'Fri, 27 Nov 2026 10:00:01 +0000' },
        date_created: 'Fri, 27 Nov 2026 10:00:01 +0000',
      }),
    ]);
  });

  test('by GET, over a custom domain or with another address of this gateway, it is genuine as well', async () => {
    const sids = [
      sms({}, { method: 'GET' }),
      sms({}, { signedUrl: 'https://127.0.0.1:3999/messages' }),
      sms({}, { signedUrl: 'https://127.0.0.1/dev/messages' }),
      sms({}, { route: 'nowhere' }),
    ];
    expect(new Set(await listedSids())).toEqual(new Set(sids));
  });

  test('signed with a SharedKey it is genuine, with another key it is not', async () => {
    const send = (MessageSid: string, secret: string): void => {
      const form = smsForm({ MessageSid, Body: 'é', Twice: ['b', 'a'] });
      const url = `${origin}/dev/messages`;
      const params = { ...form, Twice: ['b', 'a'] };
      const signature = sign({ algorithm: 'HMAC-SHA256', secret }, { url, params });
      const request = { at: 1_000_000, method: 'POST', target: '/dev/messages', host: 'localhost', signature };
      standIn.onSent({ ...request, body: Buffer.from(encodeForm(form)) });
    };
    const sid = newMessageSid();
    send(sid, sharedKey);
    send(newMessageSid(), 'a-key-of-nobody');
    expect(await listedSids()).toEqual([sid]);
  });

  test('a retry and a webhook at the fallback URL are the same message, from when it was first sent', async () => {
    const MessageSid = newMessageSid();
    const form = smsForm({ MessageSid });
    sent(form, { at: 1_000_000 });
    sent(form, { at: 2_000_000 });
    sent({ ...form, ErrorCode: '11200', ErrorUrl: `${origin}/dev/messages` }, { route: 'fallback', at: 3_000_000 });
    const { body } = await get('Messages.json');
    expect(body['messages']).toEqual([
      expect.objectContaining({ date_created: 'Thu, 01 Jan 1970 00:16:40 +0000', error_code: null }),
    ]);
  });

  test('an outgoing message has its latest status, in any order, and a date only once it is sent', async () => {
    const MessageSid = newMessageSid();
    const status = (value: string, at: number, more: Form = {}) =>
      sent(statusForm(MessageSid, value, more), { route: 'status', at });
    status('queued', 1_000_000);
    expect((await get('Messages.json')).body['messages']).toMatchObject([{ status: 'queued', date_sent: null }]);
    expect(await listedSids({ dateSentAfter: new Date(0) })).toEqual([]);
    status('undelivered', 3_000_000, { ErrorCode: '30003' });
    status('sent', 2_000_000);
    expect((await get('Messages.json')).body['messages']).toMatchObject([
      {
        ...{ direction: 'outbound-api', status: 'undelivered', error_code: 30003, from: '+15550100002' },
        date_sent: 'Thu, 01 Jan 1970 00:50:00 +0000',
      },
    ]);
  });

  test('a message that the stand-in sent is in the list once, with its text', async () => {
    const { messages } = await api();
    const { sid } = await messages.create({ to: '+15550100001', from: '+15550100002', body: 'an answer' });
    sent(statusForm(sid, 'read'), { route: 'status' });
    const inbound = sms({}, { at: Date.now() + 5000 });
    expect(await listedSids()).toEqual([inbound, sid]);
    expect(await (await api()).messages.get(sid).fetch()).toMatchObject({ body: 'an answer', status: 'read' });
  });

  test('pages neither repeat nor miss a message when others arrive between them', async () => {
    const first = Array.from({ length: 25 }, (_, at) => sms({}, { at: 1_000_000 + at * 1000 }));
    const pages: string[][] = [];
    let next: unknown = `/2010-04-01/Accounts/${accountSid}/Messages.json?PageSize=10`;
    while (typeof next === 'string') {
      const { body } = await get(next);
      pages.push((body['messages'] as { readonly sid: string }[]).map(({ sid }) => sid));
      sms({}, { at: 9_000_000 });
      next = body['next_page_uri'];
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(first.toReversed());
    expect(await listedSids({ pageSize: 4, limit: 6 })).toHaveLength(6);
    conditions = { pageSize: 2 };
    expect((await get('Messages.json?PageSize=10')).body).toMatchObject({ page_size: 2, end: 1 });
    conditions = {};
    const second = await get(`Messages.json?PageSize=10&PageToken=PA${first[5] ?? ''}&Page=2`);
    expect(second.body).toMatchObject({ page: 2, next_page_uri: null });
    const back = await get(String(second.body['previous_page_uri']));
    expect(back.body['messages']).toHaveLength(10);
    expect((await get('Messages.json?PageToken=PAunknown')).status).toBe(400);
  });

  test('the filters of the official client: recipient, sender, and both ends of the time, inclusive', async () => {
    const times = ['2026-11-26T23:59:59.900Z', '2026-11-27T00:00:00.000Z', '2026-11-27T12:00:00.000Z'];
    const [before = '', midnight = '', noon = ''] = times.map((time) => sms({}, { at: Date.parse(time) }));
    const other = sms({ To: '+15550100004', From: '+15550100003' }, { at: Date.parse('2026-11-28T00:00:00Z') });
    expect(await listedSids({ to: '+15550100004' })).toEqual([other]);
    expect(await listedSids({ from: '+15550100003' })).toEqual([other]);
    expect(await listedSids({ dateSentAfter: new Date('2026-11-27T00:00:00Z'), to: '+15550100002' })).toEqual([
      ...[noon, midnight],
    ]);
    expect(await listedSids({ dateSentBefore: new Date('2026-11-27T00:00:00Z') })).toEqual([midnight, before]);
    expect(await listedSids({ dateSent: new Date('2026-11-27T08:00:00Z') })).toEqual([noon, midnight]);
    expect((await get('Messages.json?DateSent%3E=yesterday')).status).toBe(400);
  });

  test('the media of an MMS have the SIDs of the webhook', async () => {
    const medium = `ME${'d'.repeat(32)}`;
    const sid = sms({
      ...{ NumMedia: '2', MediaContentType0: 'image/png', MediaUrl1: 'https://example.com/two.jpg' },
      MediaUrl0: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/MM1/Media/${medium}`,
      MediaContentType1: 'image/jpeg',
    });
    expect((await get(`Messages/${sid}/Media.json`)).body['media_list']).toMatchObject([
      { sid: medium, parent_sid: sid, content_type: 'image/png' },
      { sid: expect.stringMatching(/^ME[0-9a-f]{32}$/) as string, content_type: 'image/jpeg' },
    ]);
    expect((await get(`Messages/${newMessageSid()}/Media.json`)).status).toBe(404);
  });

  test('calls have their latest status', async () => {
    const CallSid = `CA${'e'.repeat(32)}`;
    const call = { CallSid, AccountSid: accountSid, From: '+15550100001', To: '+15550100002', Direction: 'inbound' };
    sent({ ...call, CallStatus: 'completed', CallDuration: '12' }, { route: 'events' });
    sent({ ...call, CallStatus: 'ringing' }, { route: 'events' });
    const { body } = await get('Calls.json?Status=completed');
    expect(body['calls']).toMatchObject([{ sid: CallSid, status: 'completed', duration: '12', direction: 'inbound' }]);
    expect((await get(`Calls/${CallSid}.json`)).body).toMatchObject({ sid: CallSid });
  });

  test('a list can lag, fail and limit the rate', async () => {
    const old = sms({}, { at: Date.now() - 60_000 });
    sms();
    conditions = { lagMs: 30_000 };
    expect(await listedSids()).toEqual([old]);
    conditions = { failingShare: 0.5 };
    const statuses = async (count: number) => {
      const answers = [];
      while (answers.length < count) answers.push((await get('Messages.json')).status);
      return answers;
    };
    expect(await statuses(4)).toEqual([200, 503, 200, 503]);
    conditions = { requestsPerSecond: 2 };
    expect((await statuses(8)).slice(0, 3)).toEqual([200, 200, 429]);
    conditions = {};
    expect(await listedSids()).toHaveLength(2);
  });

  test('a message that was signed with an earlier Auth Token stays', async () => {
    const before = sms();
    await listedSids();
    const late = sms();
    authToken = 'the-token-after-the-rotation';
    const after = sms();
    expect(new Set(await listedSids())).toEqual(new Set([before, late, after]));
  });

  test('lists survive a restart in a file that only its owner reads, and many messages pass through it', async () => {
    const sids = Array.from({ length: 2_000 }, () => sms());
    await standIn.close();
    expect((await stat(join(directory, 'twilio-lists'))).mode & 0o777).toBe(0o600);
    await open();
    sids.push(sms());
    expect(new Set(await listedSids({ pageSize: 1000 }))).toEqual(new Set(sids));
  });
});
