import { curl, messagesUrl, signature, smsForm } from './fixture';
import { accountSid, authToken, fakeSecrets, run, secretText } from '../fake-environment';

const good = signature(messagesUrl, smsForm);
const pairs = [
  { username: 'twilio', password: 'new:pass word' },
  { username: 'twilio', password: 'old' },
];
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

const explain = async (
  headers: Readonly<Record<string, string>>,
  { signed = good, secret = JSON.stringify({ credentials: pairs }) } = {},
) => {
  const { exitCode, data } = await run(['explain', 'request', '--stage', 'prod', '--json'], {
    target: { basicAuthSecretId: 'basic' },
    secrets: fakeSecrets({
      'first-account': { AWSCURRENT: secretText(accountSid, authToken) },
      basic: { AWSCURRENT: secret },
    }),
    inputs: { request: curl({ signature: signed, headers }) },
  });
  const report = JSON.parse(data) as {
    readonly verdict: string;
    readonly causes: readonly { readonly id: string; readonly fix: string }[];
    readonly gatewayAnswer: { readonly status: number; readonly reason: string };
  };
  return { exitCode, data, report, ids: report.causes.map(({ id }) => id) };
};

describe('on a stage with Basic authentication, explain', () => {
  it.each(['twilio:new:pass word', 'twilio:old'])('says genuine with the pair %j', async (pair) => {
    const { exitCode, report } = await explain({ Authorization: basic(pair) });
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ verdict: 'genuine', gatewayAnswer: { status: 200, reason: 'accepted' } });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no credentials', {}],
    ['another scheme', { Authorization: 'Bearer abc' }],
    ['no colon', { Authorization: basic('twilio') }],
  ])('rejects a request with %s as one that is challenged', async (_what, headers) => {
    const { exitCode, report, ids } = await explain(headers);
    expect(exitCode).toBe(1);
    expect(ids).toEqual(['basic-challenge']);
    expect(report.gatewayAnswer).toEqual({ status: 401, reason: 'basic_challenge' });
    expect(report.causes[0]?.fix).toContain('npx gateway twilio apply --stage prod');
  });

  it('rejects wrong credentials as such, and repeats neither them nor the right ones', async () => {
    const { report, ids, data } = await explain({ Authorization: basic('twilio:guessed') });
    expect(ids).toEqual(['basic-failed']);
    expect(report.gatewayAnswer).toEqual({ status: 401, reason: 'basic_failed' });
    for (const secret of ['guessed', 'pass word', basic('twilio:guessed').slice(6)]) expect(data).not.toContain(secret);
  });

  it('rejects a request with right credentials and a bad signature for its signature', async () => {
    const signed = signature(`${messagesUrl}/`, smsForm);
    const { report, ids } = await explain({ Authorization: basic('twilio:old') }, { signed });
    expect(ids).toEqual(['url-trailing-slash-added']);
    expect(report.gatewayAnswer).toEqual({ status: 403, reason: 'signature_mismatch' });
  });

  it('names both causes if credentials and signature are wrong, in the order of the checks', async () => {
    const signed = signature(`${messagesUrl}/`, smsForm);
    const { report, ids } = await explain({}, { signed });
    expect([...ids].sort()).toEqual(['basic-challenge', 'url-trailing-slash-added']);
    expect(report.gatewayAnswer).toEqual({ status: 401, reason: 'basic_challenge' });
  });

  it.each(['{"credentials":"CHANGE_ME"}', 'no JSON'])('rejects everything while the secret is %s', async (secret) => {
    const { report, ids } = await explain({ Authorization: basic('twilio:old') }, { secret });
    expect(ids).toEqual(['basic-secret-unusable']);
    expect(report.gatewayAnswer).toEqual({ status: 500, reason: 'basic_secret_unusable' });
  });
});
