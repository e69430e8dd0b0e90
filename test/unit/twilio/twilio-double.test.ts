import twilio, { type RestException } from 'twilio';
import RequestClient from 'twilio/lib/base/RequestClient';
import { startTwilioDouble, type TwilioDouble } from '../../helpers/twilio-double';
import type { TwilioAccountState } from '../../helpers/twilio-double/state';

/** Twilio's own client, sent to the double by the path prefix. */
const clientOf = (double: TwilioDouble, user: string, password: string, accountSid: string) => {
  const requests = new RequestClient({ timeout: 2000 });
  const direct = requests.request.bind(requests);
  requests.request = (options) => direct({ ...options, uri: options.uri.replace('https:/', double.url) });
  return twilio(user, password, { accountSid, httpClient: requests });
};

const post = (url: string, account: TwilioAccountState, body: string, type = 'application/x-www-form-urlencoded') =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': type,
      authorization: `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString('base64')}`,
    },
    body,
  });

describe('the double of Twilio', () => {
  let double: TwilioDouble;
  let main: TwilioAccountState;
  let sub: TwilioAccountState;
  beforeAll(async () => {
    double = await startTwilioDouble();
    main = double.addAccount();
    sub = double.addAccount({ ownerAccountSid: main.sid });
  });
  afterEach(() => double.clearFaults());
  afterAll(() => double.close());

  const client = () => clientOf(double, main.sid, main.authToken, main.sid);

  test('keeps what the official client changes, and finds every request of it valid', async () => {
    const { sid } = double.addPhoneNumber(main.sid, '+15550100002');
    const service = double.addMessagingService(main.sid);
    for (let more = 0; more < 60; more += 1) double.addPhoneNumber(main.sid, `+1555010${1000 + more}`);
    const before = double.validatedRequests;
    await client()
      .incomingPhoneNumbers(sid)
      .update({ smsUrl: 'https://x.example/m#rc=3&rp=5xx,ct,rt', smsMethod: 'GET' });
    await client().messaging.v1.services(service.sid).update({ fallbackUrl: 'https://x.example/f' });
    const trigger = await client().usage.triggers.create({
      callbackUrl: 'https://x.example/usage',
      triggerValue: '+50',
      usageCategory: 'totalprice',
      triggerBy: 'price',
      recurring: 'daily',
    });
    const numbers = await client().incomingPhoneNumbers.list();
    const [found] = await client().incomingPhoneNumbers.list({ phoneNumber: '+15550100002' });
    const services = await client().messaging.v1.services.list();
    expect(trigger.triggerValue).toBe('50.000000');
    expect(numbers).toHaveLength(61);
    expect(found?.smsUrl).toBe('https://x.example/m#rc=3&rp=5xx,ct,rt');
    expect(found?.smsMethod).toBe('GET');
    expect(services.map(({ fallbackUrl }) => fallbackUrl)).toEqual(['https://x.example/f']);
    await client().usage.triggers(trigger.sid).remove();
    expect(double.state.usageTriggers.size).toBe(0);
    expect(double.invalidRequests).toEqual([]);
    expect(double.validatedRequests).toBe(before + 8);
  });

  test('suspends a subaccount for its parent, and leaves its live calls alone', async () => {
    const { sid } = double.addCall(sub.sid);
    const calls = () => client().api.v2010.accounts(sub.sid).calls;
    await client().api.v2010.accounts(sub.sid).update({ status: 'suspended' });
    expect(double.state.accounts.get(sub.sid)?.status).toBe('suspended');
    const live = await calls().list({ status: 'in-progress' });
    expect(live.map((call) => call.sid)).toEqual([sid]);
    await calls().get(sid).update({ status: 'completed' });
    expect(double.state.calls.get(sid)?.['status']).toBe('completed');
    await client().api.v2010.accounts(sub.sid).update({ status: 'active' });
  });

  test('lists messages newest first, in pages that others do not move, by date and late', async () => {
    const { sid: account } = double.addAccount({ ownerAccountSid: main.sid });
    const sidOf = (at: number) => `SM${String(at).padStart(32, '0')}`;
    const dated = (at: number) => new Date(Date.UTC(2026, 10, 27, 0, at)).toUTCString().replace('GMT', '+0000');
    for (let at = 0; at < 12; at += 1) {
      double.addMessage(account, sidOf(at), 'hi', 0, { date_created: dated(at), date_sent: dated(at) });
    }
    double.addMessage(account, sidOf(12), '', 0, { date_created: dated(12), date_sent: null, status: 'failed' });
    const { messages } = client().api.v2010.accounts(account);
    const sids = async (filter: Parameters<typeof messages.list>[0]) =>
      (await messages.list(filter)).map(({ sid }) => Number(sid.slice(2)));
    const page = await messages.page({ pageSize: 5 });
    double.addMessage(account, sidOf(13), 'later');
    const next = await page.nextPage();
    expect(next?.instances.map(({ sid }) => Number(sid.slice(2)))).toEqual([7, 6, 5, 4, 3]);
    const [from, until] = [new Date('2026-11-27T00:05:00Z'), new Date('2026-11-27T00:07:00Z')];
    expect(await sids({ dateSentAfter: from, dateSentBefore: until })).toEqual([7, 6, 5]);
    expect(await sids({ dateSent: until })).not.toContain(12);
    expect(await sids({ pageSize: 5 })).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    double.state.listLagMs = 60_000;
    expect(await sids({ to: '+15550100002' })).not.toContain(13);
    expect(await sids({ to: '+15550100009' })).toEqual([]);
    double.state.listLagMs = 0;
    expect((await messages(sidOf(12)).fetch()).dateSent).toBeNull();
    double.inject({ kind: 'status', status: 429 }, { operationId: 'ListMessage', nth: 2, every: 3 });
    const statuses: unknown[] = [];
    for (let count = 0; count < 6; count += 1) {
      const answer = messages.list({ limit: 1 });
      statuses.push(
        await answer.then(
          () => 200,
          (error: unknown) => (error as RestException).status,
        ),
      );
    }
    expect(statuses).toEqual([200, 429, 200, 200, 429, 200]);
  });

  test('rejects the suspension of the parent account by itself', async () => {
    const refused = client().api.v2010.accounts(main.sid).update({ status: 'suspended' });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    expect(double.state.accounts.get(main.sid)?.status).toBe('active');
  });

  test('promotes the secondary token, which kills the old primary one at once', async () => {
    const account = double.addAccount();
    const old = account.authToken;
    const oldClient = clientOf(double, account.sid, old, account.sid);
    const { secondaryAuthToken } = await oldClient.accounts.v1.secondaryAuthToken().create();
    await oldClient.accounts.v1.authTokenPromotion().update();
    expect(account.authToken).toBe(secondaryAuthToken);
    await expect(oldClient.api.v2010.accounts(account.sid).fetch()).rejects.toMatchObject({
      status: 401,
      code: 20003,
    });
    const newClient = clientOf(double, account.sid, secondaryAuthToken, account.sid);
    await expect(newClient.api.v2010.accounts(account.sid).fetch()).resolves.toMatchObject({
      sid: account.sid,
    });
  });

  test('rejects a standard API key on accounts, and lets a main one', async () => {
    const [standard, full] = [double.addApiKey(main.sid, 'standard'), double.addApiKey(main.sid)];
    const fetched = (key: typeof full) =>
      clientOf(double, key.sid, key.secret, main.sid).api.v2010.accounts(sub.sid).fetch();
    await expect(fetched(standard)).rejects.toMatchObject({ status: 401 });
    await expect(fetched(full)).resolves.toMatchObject({ sid: sub.sid, ownerAccountSid: main.sid });
  });

  test('answers the usage that a test has set', async () => {
    double.setUsage(sub.sid, 'totalprice', { price: 51.5 });
    const [record] = await client().api.v2010.accounts(sub.sid).usage.records.today.list({ category: 'totalprice' });
    expect(record?.price).toBe(51.5);
  });

  describe('held against the description', () => {
    const number = () => `${double.url}/api.twilio.com/2010-04-01/Accounts/${main.sid}/IncomingPhoneNumbers`;
    const known = () => [...double.state.phoneNumbers.keys()][0] ?? '';
    test.each([
      ['an unknown parameter', () => `${number()}/${known()}.json`, 'SmsURL=https%3A%2F%2Fx.example', undefined],
      ['a value outside its enum', () => `${number()}/${known()}.json`, 'SmsMethod=PUT', undefined],
      ['a URL that is none', () => `${number()}/${known()}.json`, 'SmsUrl=nowhere', undefined],
      ['a bad encoding', () => `${number()}/${known()}.json`, 'FriendlyName=a b', undefined],
      ['JSON', () => `${number()}/${known()}.json`, '{}', 'application/json'],
      ['a SID of another kind', () => `${number()}/SM${'0'.repeat(32)}.json`, 'SmsMethod=GET', undefined],
      [
        'a missing parameter',
        () => `${double.url}/api.twilio.com/2010-04-01/Accounts/${main.sid}/Usage/Triggers.json`,
        'TriggerValue=1',
        undefined,
      ],
      ['a query that it does not name', () => `${number()}/${known()}.json?x=1`, 'SmsMethod=GET', undefined],
    ])('rejects %s, and changes nothing', async (_what, url, body, type) => {
      const state = JSON.stringify([...double.state.phoneNumbers, ...double.state.usageTriggers]);
      const invalid = double.invalidRequests.length;
      const response = await post(url(), main, body, type);
      expect(response.status).toBe(400);
      expect(double.invalidRequests).toHaveLength(invalid + 1);
      expect(JSON.stringify([...double.state.phoneNumbers, ...double.state.usageTriggers])).toBe(state);
    });

    test('rejects a path that is in no description, and a host that is not Twilio', async () => {
      expect((await post(`${double.url}/api.twilio.com/2010-04-01/Nothing.json`, main, '')).status).toBe(404);
      expect((await post(`${double.url}/other.example/2010-04-01/Accounts.json`, main, '')).status).toBe(404);
    });

    test('rejects wrong credentials and no credentials', async () => {
      const wrong = await post(`${number()}/${known()}.json`, { ...main, authToken: 'wrong' }, 'SmsMethod=GET');
      expect(wrong.status).toBe(401);
      expect((await fetch(`${number()}.json`)).status).toBe(401);
    });
  });

  test('fails the requests that a test picks, each in its way', async () => {
    const { sid } = double.addPhoneNumber(main.sid, '+15550100003');
    const update = (friendlyName: string) => client().incomingPhoneNumbers(sid).update({ friendlyName });
    double.inject({ kind: 'status', status: 429 }, { writes: true, nth: 2 });
    double.inject({ kind: 'drop-after-commit' }, { operationId: 'UpdateIncomingPhoneNumber', nth: 3 });
    await update('one');
    await expect(update('two')).rejects.toMatchObject({
      status: 429,
      code: 20429,
    } satisfies Partial<RestException>);
    expect(double.state.phoneNumbers.get(sid)?.['friendly_name']).toBe('one');
    await expect(update('three')).rejects.toThrow();
    expect(double.state.phoneNumbers.get(sid)?.['friendly_name']).toBe('three');
    double.inject({ kind: 'hang' });
    await expect(
      fetch(`${double.url}/api.twilio.com/2010-04-01/Accounts.json`, { signal: AbortSignal.timeout(100) }),
    ).rejects.toThrow();
  });
});
