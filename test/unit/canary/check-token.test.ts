import { createCheckToken } from '../../../lambda/canary/aws/check-token';
import { startTwilioDouble, type TwilioDouble } from '../../helpers/twilio-double';

let twilio: TwilioDouble;
beforeEach(async () => {
  twilio = await startTwilioDouble();
});
afterEach(() => twilio.close());

const check = (accountSid: string, authToken: string, signal = new AbortController().signal) =>
  createCheckToken(twilio.url)({ accountSid, authToken }, signal);

test("asks for one message of the account with the account's token", async () => {
  const { sid, authToken } = twilio.addAccount();
  expect(await check(sid, authToken)).toEqual({ kind: 'accepted' });
  expect(twilio.requests).toMatchObject([
    { method: 'GET', operationId: 'ListMessage', query: 'PageSize=1', violations: [] },
  ]);
});

test('a token of another time or account is refused', async () => {
  const { sid } = twilio.addAccount();
  const other = twilio.addAccount();
  expect(await check(sid, 'f'.repeat(32))).toEqual({ kind: 'refused', status: 401 });
  expect(await check(sid, other.authToken)).toEqual({ kind: 'refused', status: 401 });
});

test.each([401, 403])('an answer of %i refuses the token', async (status) => {
  const { sid, authToken } = twilio.addAccount();
  twilio.inject({ kind: 'status', status });
  expect(await check(sid, authToken)).toEqual({ kind: 'refused', status });
});

test.each([429, 500, 503, 404])('an answer of %i says nothing about the token', async (status) => {
  const { sid, authToken } = twilio.addAccount();
  twilio.inject({ kind: 'status', status });
  expect(await check(sid, authToken)).toEqual({ kind: 'unknown', status });
});

test('neither does a Twilio that does not answer until the run ends, or that is not reached', async () => {
  const { sid, authToken } = twilio.addAccount();
  twilio.inject({ kind: 'hang' });
  expect(await check(sid, authToken, AbortSignal.timeout(50))).toMatchObject({ kind: 'unknown' });
  const unreachable = createCheckToken('http://127.0.0.1:1');
  const signal = new AbortController().signal;
  expect(await unreachable({ accountSid: sid, authToken }, signal)).toMatchObject({ kind: 'unknown' });
});
