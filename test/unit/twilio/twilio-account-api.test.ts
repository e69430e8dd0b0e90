import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import type { TwilioAccountApi } from '../../../cli/twilio/api/account-api';
import { applyChanges } from '../../../cli/twilio/apply';
import { checkedBaseUrl } from '../../../cli/twilio/api/http-client';
import { planAccount } from '../../../cli/twilio/plan';
import { readAccountState } from '../../../cli/twilio/account-state';
import { openTwilioAccount } from '../../../cli/twilio/api/twilio-account-api';
import { startTwilioDouble, type TwilioDouble } from '../../helpers/twilio-double';
import type { TwilioAccountState } from '../../helpers/twilio-double/state';

describe('the base URL of the API', () => {
  it('may be https, or loopback', () => {
    expect(checkedBaseUrl('https://proxy.example.com/twilio/')).toBe('https://proxy.example.com/twilio');
    expect(checkedBaseUrl('http://127.0.0.1:9')).toBe('http://127.0.0.1:9');
  });

  it.each(['http://proxy.example.com', 'http://127.0.0.1.example.com', 'https://u:p@x.example', 'x', ''])(
    'rejects %s, which would get credentials unencrypted',
    (text) => {
      expect(() => checkedBaseUrl(text)).toThrow(/TWILIO_API_BASE_URL must be https/);
    },
  );
});

describe('an answer of Twilio to a change', () => {
  it.each([
    [undefined, true],
    [200, true],
    [302, true],
    [400, false],
    [429, false],
    [499, false],
    [500, true],
    [503, true],
  ])('%s leaves open whether it was made: %s', (status, isAmbiguous) => {
    expect(new TwilioApiError(status).isAmbiguous).toBe(isAmbiguous);
  });
});

describe('the account API over HTTP', () => {
  let double: TwilioDouble;
  let account: TwilioAccountState;
  const open = (password = account.authToken, timeoutMs?: number): Promise<TwilioAccountApi> =>
    openTwilioAccount({ accountSid: account.sid, username: account.sid, password }, double.url, timeoutMs);

  beforeAll(async () => {
    double = await startTwilioDouble();
  });
  beforeEach(() => {
    account = double.addAccount();
  });
  afterEach(() => {
    double.clearFaults();
    expect(double.invalidRequests).toEqual([]);
  });
  afterAll(() => double.close());

  it('reads all pages, with empty fields if nothing is set', async () => {
    for (let at = 0; at < 1001; at += 1) double.addPhoneNumber(account.sid, `+1555${String(1_000_000 + at)}`);
    double.addMessagingService(account.sid);
    const state = await readAccountState(await open());
    expect(state.phoneNumbers).toHaveLength(1001);
    expect(state.phoneNumbers[1000]).toMatchObject({ smsUrl: '', smsApplicationSid: '', smsMethod: 'POST' });
    expect(state.messagingServices).toMatchObject([{ inboundRequestUrl: '', fallbackUrl: '', statusCallback: '' }]);
  });

  it('distinguishes the account from its subaccounts, and reads the primary token', async () => {
    const { sid } = double.addAccount({ ownerAccountSid: account.sid, status: 'suspended' });
    const api = await open();
    expect(await api.account()).toMatchObject({
      sid: account.sid,
      isSubaccount: false,
      primaryAuthToken: account.authToken,
    });
    expect(await api.subaccounts()).toMatchObject([{ sid, isSubaccount: true, status: 'suspended' }]);
  });

  it('creates, changes and deletes a usage trigger, and removes a URL', async () => {
    const api = await open();
    const { sid } = double.addPhoneNumber(account.sid, '+15550100001', {
      sms_url: 'https://old.example.com/',
    });
    await api.updatePhoneNumber(sid, { smsUrl: '' });
    expect(double.state.phoneNumbers.get(sid)?.['sms_url']).toBe('');
    const trigger = {
      friendlyName: 'a',
      usageCategory: 'totalprice',
      triggerBy: 'price',
      triggerValue: '+50',
      recurring: 'daily',
      callbackUrl: 'https://x.example.com/usage#rc=3&rp=4xx,5xx,ct,rt',
      callbackMethod: 'POST',
    };
    await api.createUsageTrigger(trigger);
    const [made] = await api.usageTriggers();
    expect(made).toMatchObject({ ...trigger, triggerValue: '50.000000' });
    await api.updateUsageTrigger(made?.sid ?? '', { callbackUrl: 'https://y.example.com/usage' });
    expect(await api.usageTriggers()).toMatchObject([{ callbackUrl: 'https://y.example.com/usage' }]);
    await api.deleteUsageTrigger(made?.sid ?? '');
    expect(await api.usageTriggers()).toEqual([]);
  });

  it('repeats a single 429 by itself, and rejects a lasting one', async () => {
    const api = await open();
    double.inject({ kind: 'status', status: 429 });
    await expect(api.account()).resolves.toMatchObject({ sid: account.sid });
    double.inject({ kind: 'status', status: 429 }, { times: 10 });
    await expect(api.account()).rejects.toMatchObject({ status: 429, code: 20429, isAmbiguous: false });
  });

  it('rejects wrong credentials, a fault of Twilio and silence, and never repeats the credentials', async () => {
    const wrong = (await open('dummy-wrong-token')).account();
    await expect(wrong).rejects.toThrow(/^(?!.*dummy-wrong).*answered 401.*errors\/20003/);
    const api = await open(account.authToken, 200);
    double.inject({ kind: 'status', status: 503 });
    await expect(api.account()).rejects.toMatchObject({ status: 503, isAmbiguous: true });
    double.inject({ kind: 'hang' });
    await expect(api.account()).rejects.toThrow(TwilioApiError);
  });

  it('finds a change done whose answer was lost, when it looks again', async () => {
    const api = await open();
    double.addPhoneNumber(account.sid, '+15550100001');
    const desired = {
      phoneNumbers: [{ number: '+15550100001', fields: { smsUrl: 'https://x.example.com/dev/messages' } }],
      messagingServices: [],
      usageTriggers: [],
      triggerPrefix: 'gateway dev: ',
    };
    const plan = async () => planAccount('main', desired, await readAccountState(api)).changes;
    double.inject({ kind: 'drop-after-commit' }, { writes: true });
    const { signal } = new AbortController();
    const outcomes = await applyChanges(
      await plan(),
      () => api,
      signal,
      () => undefined,
    );
    expect(outcomes).toMatchObject([{ state: 'unknown' }]);
    expect(await plan()).toEqual([]);
  });

  it('stops between two changes when it is interrupted', async () => {
    const api = await open();
    for (const number of ['+15550100001', '+15550100002']) double.addPhoneNumber(account.sid, number);
    const state = await readAccountState(api);
    const phoneNumbers = state.phoneNumbers.map(({ sid }) => ({ number: sid, fields: { smsMethod: 'GET' } }));
    const { changes } = planAccount(
      'main',
      { phoneNumbers, messagingServices: [], usageTriggers: [], triggerPrefix: 'x' },
      state,
    );
    const interruption = new AbortController();
    const outcomes = await applyChanges(
      changes,
      () => api,
      interruption.signal,
      () => interruption.abort(),
    );
    expect(outcomes.map((outcome) => outcome.state)).toEqual(['done', 'not-reached']);
  });
});
