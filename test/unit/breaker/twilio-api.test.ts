import { createOpenTwilioApi } from '../../../lambda/breaker/aws/twilio-api';
import type { TwilioApi } from '../../../lambda/breaker/ports';
import type { BreakerSecret } from '../../../lambda/shared/breaker/breaker-secret';
import { checkedTwilioBaseUrl } from '../../../lambda/shared/twilio/twilio-http';
import { startTwilioDouble, type TwilioDouble } from '../../helpers/twilio-double';

const days = { from: '2026-11-22', to: '2026-11-22' };

describe("the breaker's client, held to Twilio's own description", () => {
  let double: TwilioDouble;
  let main: ReturnType<TwilioDouble['addAccount']>;
  let sub: ReturnType<TwilioDouble['addAccount']>;
  let stop: AbortController;
  let api: TwilioApi;

  const open = (changes: Partial<BreakerSecret> = {}, timeoutMs = 2000): Promise<TwilioApi> =>
    createOpenTwilioApi({ baseUrl: double.url, timeoutMs })(
      {
        accountSid: main.sid,
        username: main.sid,
        password: main.authToken,
        subaccounts: new Map(),
        ...changes,
      },
      stop.signal,
    );

  beforeEach(async () => {
    double = await startTwilioDouble();
    main = double.addAccount();
    sub = double.addAccount({ ownerAccountSid: main.sid });
    stop = new AbortController();
    api = await open();
  });
  afterEach(async () => {
    await double.close();
    expect(double.invalidRequests).toEqual([]);
  });

  test('reads a status, suspends, and finds it suspended', async () => {
    expect(await api.accountStatus(sub.sid)).toBe('active');
    expect(await api.suspend(sub.sid)).toBe('suspended');
    expect(await api.accountStatus(sub.sid)).toBe('suspended');
    expect(double.state.accounts.get(sub.sid)?.status).toBe('suspended');
    expect(double.state.accounts.get(main.sid)?.status).toBe('active');
    expect(double.writes.map(({ path, form }) => ({ path, form }))).toEqual([
      { path: expect.stringContaining(sub.sid) as unknown, form: { Status: 'suspended' } },
    ]);
  });

  test("reads the usage of the target's category and days as a plain decimal", async () => {
    double.setUsage(sub.sid, 'totalprice', { price: 0.0000005, usage: 12, count: 3 });
    double.setUsage(sub.sid, 'sms', { price: 99 });
    const ask = (by: 'price' | 'usage' | 'count') =>
      api.usage({ accountSid: sub.sid, category: 'totalprice', by, days });
    expect(await ask('price')).toMatch(/^0\.00000[01]$/);
    expect(await ask('usage')).toBe('12');
    expect(await ask('count')).toBe('3');
    expect(double.requests[0]?.query).toContain('Category=totalprice');
    expect(double.requests[0]?.query).toContain('StartDate=2026-11-22');
    expect(double.requests[0]?.query).toContain('EndDate=2026-11-22');
  });

  test('asks for all time without days', async () => {
    await api.usage({ accountSid: sub.sid, category: 'totalprice', by: 'price', days: undefined });
    expect(double.requests[0]?.query).not.toContain('Date');
  });

  test('lists calls that are queued, ringing or in progress, and ends them', async () => {
    const live = ['queued', 'ringing', 'in-progress'].map((status) => double.addCall(sub.sid, { status }).sid);
    double.addCall(sub.sid, { status: 'completed' });
    double.addCall(main.sid);
    expect([...(await api.liveCalls(sub.sid))].sort()).toEqual([...live].sort());
    for (const callSid of live) await api.completeCall(sub.sid, callSid);
    expect(await api.liveCalls(sub.sid)).toEqual([]);
  });

  test('works with a main API key', async () => {
    const key = double.addApiKey(main.sid);
    const keyed = await open({ username: key.sid, password: key.secret });
    expect(await keyed.suspend(sub.sid)).toBe('suspended');
  });

  test.each([[500], [429], [503]])('rejects with the status of an answer %d, without its text', async (status) => {
    double.inject({ kind: 'status', status });
    await expect(api.suspend(sub.sid)).rejects.toMatchObject({
      name: 'TwilioApiError',
      status,
      message: expect.not.stringContaining('Injected') as unknown,
    });
    expect(double.requests).toHaveLength(1);
    expect(double.state.accounts.get(sub.sid)?.status).toBe('active');
  });

  test('rejects the parent account, which cannot be suspended', async () => {
    await expect(api.suspend(main.sid)).rejects.toMatchObject({ name: 'TwilioApiError', status: 400 });
  });

  test('rejects wrong credentials', async () => {
    const wrong = await open({ password: 'wrong' });
    await expect(wrong.accountStatus(sub.sid)).rejects.toMatchObject({
      name: 'TwilioApiError',
      status: 401,
    });
  });

  test('rejects when no answer comes in time, and when the work is stopped', async () => {
    double.inject({ kind: 'hang' }, { times: 2 });
    const hasty = await open({}, 50);
    await expect(hasty.suspend(sub.sid)).rejects.toMatchObject({ name: 'TimeoutError' });
    const stopped = api.suspend(sub.sid);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('rejects when the answer is lost, although it was done', async () => {
    double.inject({ kind: 'drop-after-commit' });
    await expect(api.suspend(sub.sid)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await api.accountStatus(sub.sid)).toBe('suspended');
  });
});

describe('the base URL of the API', () => {
  test.each([
    'https://proxy.example',
    'https://proxy.example/twilio/',
    'http://127.0.0.1:8080',
    'http://[::1]:1',
    'http://localhost:1',
  ])('may be %s', (url) => expect(checkedTwilioBaseUrl(url)).toBe(url.replace(/\/$/, '')));
  test.each([
    '',
    'api.example',
    'http://proxy.example',
    'ftp://127.0.0.1',
    'https://user@proxy.example',
    'https://proxy.example/?a=1',
    'http://127.0.0.1.example',
  ])('rejects %j, because credentials go there', (url) =>
    expect(() => checkedTwilioBaseUrl(url)).toThrow('TWILIO_API_BASE_URL'),
  );
});
