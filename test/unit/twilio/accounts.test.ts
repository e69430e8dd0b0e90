import { secretIdOf } from '../../../cli/target/select-secret';
import { apiKeyOf } from '../../../cli/twilio/api/accounts';

const arn = (id: string) => `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${id}-a1b2c3`;
const key = `SK${'1'.repeat(32)}`;
const variables = (set: Readonly<Record<string, string>>) => ({ variable: (name: string) => set[name] });

describe('the secret of an account', () => {
  it('is found by the name that the stack gave it', () => {
    const ids = [
      arn('AccountSecretsmain20A1B2C3D-x'),
      arn('AccountSecretsmainDEADBEEF-y'),
      arn('AccountSecretsmyteam01234567-z'),
    ];
    expect(secretIdOf(ids, 'main')).toBe(ids[1]);
    expect(secretIdOf(ids, 'main2')).toBe(ids[0]);
    expect(secretIdOf(ids, 'my-team')).toBe(ids[2]);
    expect(secretIdOf(ids, 'team')).toBeUndefined();
  });
});

describe('the API key of an account', () => {
  const pair = { TWILIO_API_KEY: key, TWILIO_API_SECRET: 'dummy-secret' };

  it('is the key with its name, or the general key if there is only one account', () => {
    const own = { TWILIO_API_KEY_MY_TEAM: key.replace('1', '2'), TWILIO_API_SECRET_MY_TEAM: 'dummy-other' };
    expect(apiKeyOf(variables({ ...pair, ...own }), 'my-team', false)).toEqual({
      sid: key.replace('1', '2'),
      secret: 'dummy-other',
    });
    expect(apiKeyOf(variables(pair), 'main', true)).toEqual({ sid: key, secret: 'dummy-secret' });
    expect(apiKeyOf(variables({}), 'main', false)).toBeUndefined();
  });

  it('rejects half a pair, a malformed key, and one key for several accounts, without printing them', () => {
    const refused = (set: Readonly<Record<string, string>>, isOnly: boolean) => () =>
      apiKeyOf(variables(set), 'main', isOnly);
    expect(refused({ TWILIO_API_KEY: key }, true)).toThrow(/TWILIO_API_SECRET/);
    expect(refused({ ...pair, TWILIO_API_KEY: 'dummy-token' }, true)).toThrow(/^(?!.*dummy-token).*SK and 32/);
    expect(refused(pair, false)).toThrow(/TWILIO_API_KEY_MAIN/);
  });
});
