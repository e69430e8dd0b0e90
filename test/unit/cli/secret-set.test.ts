import { accountSid, fakeSecrets, run, secretText } from './fake-world';

const token = '0123456789abcdef0123456789abcdef';
const placeholder = { AWSCURRENT: secretText('CHANGE_ME', 'generated') };

describe('gateway secret set', () => {
  it('stores what was typed as the account secret, and never prints it', async () => {
    const secrets = fakeSecrets({ one: placeholder });
    const result = await run(['secret', 'set', '--account-sid', accountSid], {
      target: { secretIds: ['one'] },
      secrets,
      hidden: ` ${token}\n`,
    });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(secrets.stored.get('one') ?? '')).toEqual({ accountSid, authToken: token });
    expect(result.data + result.notes).not.toContain(token);
  });

  it('keeps the account that the secret holds', async () => {
    const secrets = fakeSecrets({ one: { AWSCURRENT: secretText(accountSid, 'dummy-token-before') } });
    const result = await run(['secret', 'set'], { target: { secretIds: ['one'] }, secrets, hidden: token });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(secrets.stored.get('one') ?? '')).toEqual({ accountSid, authToken: token });
  });

  it.each([
    ['nothing', '', 'got nothing'],
    ['an account SID', accountSid, 'an account SID'],
    ['an API key SID', `SK${'a'.repeat(32)}`, 'an API key SID'],
    ['an API key secret', 'Zz'.repeat(16), 'perhaps an API key secret'],
    ['something short', 'hunter2', '7 characters'],
  ])('rejects %s in place of a token, without repeating it', async (_name, hidden, words) => {
    const secrets = fakeSecrets({ one: placeholder });
    const result = await run(['secret', 'set', '--account-sid', accountSid], {
      target: { secretIds: ['one'] },
      secrets,
      hidden,
    });
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain(words);
    if (hidden !== '') expect(result.notes).not.toContain(hidden);
    expect(secrets.stored.size).toBe(0);
  });

  it('rejects a stage with several secrets unless one is named, and takes a part of its name', async () => {
    const ids = [
      'arn:aws:secretsmanager:eu-west-1:000000000000:secret:Main-abcdef',
      'arn:aws:secretsmanager:eu-west-1:000000000000:secret:Support-abcdef',
    ];
    const secrets = fakeSecrets(Object.fromEntries(ids.map((id) => [id, placeholder])));
    const args = ['secret', 'set', '--account-sid', accountSid];
    const refused = await run(args, { target: { secretIds: ids }, secrets, hidden: token });
    expect(refused.exitCode).toBe(2);
    expect(secrets.stored.size).toBe(0);
    const stored = await run([...args, '--name', 'support'], {
      target: { secretIds: ids },
      secrets,
      hidden: token,
    });
    expect(stored.exitCode).toBe(0);
    expect([...secrets.stored.keys()]).toEqual([ids[1]]);
  });

  it('rejects a secret without account where none is given, before it asks for a token', async () => {
    const result = await run(['secret', 'set'], {
      target: { secretIds: ['one'] },
      secrets: fakeSecrets({ one: placeholder }),
    });
    expect(result.exitCode).toBe(2);
    expect(result.notes).toContain('--account-sid');
  });

  it('rejects a token as an argument', async () => {
    const result = await run(['secret', 'set', `--auth-token=${token}`], {});
    expect(result.exitCode).toBe(2);
    expect(result.notes).not.toContain(token);
  });
});
