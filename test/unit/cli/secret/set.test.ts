import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { accountSid, fakeSecrets, run, secretText, type EnvironmentParts } from '../fake-environment';

const token = '0123456789abcdef0123456789abcdef';
const accepts = () =>
  Promise.resolve({ kind: 'answer', status: 204, contentType: '', body: '', durationMs: 7 } as const);
const answers = (...statuses: readonly number[]) => {
  const left = [...statuses];
  return () =>
    Promise.resolve({
      kind: 'answer',
      status: left.length > 1 ? (left.shift() ?? 0) : (left[0] ?? 0),
      contentType: '',
      body: '',
      durationMs: 7,
    } as const);
};
const placeholder = { AWSCURRENT: secretText('CHANGE_ME', 'generated') };

describe('gateway secret set', () => {
  it('stores the entered token as the account secret, and never prints it', async () => {
    const secrets = fakeSecrets({ one: placeholder });
    const result = await run(['secret', 'set', '--account-sid', accountSid], {
      target: { secretIds: ['one'] },
      secrets,
      hidden: ` ${token}\n`,
      post: accepts,
    });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(secrets.stored.get('one') ?? '')).toEqual({ accountSid, authToken: token });
    expect(result.data + result.notes).not.toContain(token);
  });

  it('keeps the account that is in the secret', async () => {
    const secrets = fakeSecrets({ one: { AWSCURRENT: secretText(accountSid, 'dummy-token-before') } });
    const result = await run(['secret', 'set'], {
      target: { secretIds: ['one'] },
      secrets,
      hidden: token,
      post: accepts,
    });
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

  it('rejects a stage with several secrets unless one is named, if only by a part of its name', async () => {
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
      post: accepts,
    });
    expect(stored.exitCode).toBe(0);
    expect([...secrets.stored.keys()]).toEqual([ids[1]]);
  });

  it('rejects a secret without an account if none is given, before it asks for a token', async () => {
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

  const stored = (changes: EnvironmentParts = {}) =>
    run(['secret', 'set', '--account-sid', accountSid], {
      target: { secretIds: ['one'] },
      secrets: fakeSecrets({ one: placeholder }),
      hidden: token,
      post: accepts,
      ...changes,
    });

  it('proves the token with a canary that Twilio could have signed, over the public URL', async () => {
    const result = await stored();
    expect(result.exitCode).toBe(0);
    expect(result.data).toContain('Stored and proven');
    expect(result.posts).toHaveLength(1);
    const [{ url, headers, body } = { url: '', headers: {}, body: Buffer.alloc(0) }] = result.posts;
    expect(url).toBe('http://127.0.0.1:9/dev/events');
    const params = Object.fromEntries(new URLSearchParams(body.toString()));
    expect(params).toEqual({ AccountSid: accountSid, EventType: 'gateway.canary', CanaryId: 'cli' });
    expect(headers).toMatchObject({
      'user-agent': 'gateway-canary',
      'x-twilio-signature': getExpectedTwilioSignature(token, 'https://public.example/dev/events', params),
    });
    expect(JSON.stringify(headers)).not.toContain('authorization');
  });

  it('waits for a gateway that does not know the token yet, and says so', async () => {
    const pauses: number[] = [];
    const sleep = (milliseconds: number) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    };
    const result = await stored({ post: answers(500, 403, 204), sleep });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.posts).toHaveLength(3);
    expect(pauses).toEqual([2000, 2000]);
    expect(result.notes).toContain('Canary 1 of 15: status 500');
  });

  it.each([
    [403, 'npx gateway secret status --stage dev'],
    [401, 'npx gateway secret basic status --stage dev'],
    [503, 'npx gateway doctor --stage dev'],
    [404, 'npx gateway doctor --stage dev'],
  ])(
    'rejects with 1 when canaries are answered %i to the end, names the next step, and keeps the token',
    async (status, next) => {
      const secrets = fakeSecrets({ one: placeholder });
      const result = await stored({
        target: { secretIds: ['one'], stage: 'dev' },
        secrets,
        post: answers(status),
      });
      expect(result.exitCode).toBe(1);
      expect(result.posts).toHaveLength(15);
      expect(result.notes).toContain(`rejected 15 times: status ${status}`);
      expect(result.notes).toContain(next);
      expect(result.notes + result.data).not.toContain(token);
      expect(secrets.stored.size).toBe(1);
    },
  );

  it('sends the canary with user and password if the stage has Basic authentication', async () => {
    const credentials = [{ username: 'twilio', password: 'pässword' }];
    const basicOf = (content: unknown) => ({
      target: { secretIds: ['one'], basicAuthSecretId: 'basic' },
      secrets: fakeSecrets({ one: placeholder, basic: { AWSCURRENT: JSON.stringify(content) } }),
    });
    const result = await stored(basicOf({ credentials }));
    expect(result.posts[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('twilio:pässword').toString('base64')}`,
    });
    const unset = await stored(basicOf({ credentials: 'CHANGE_ME' }));
    expect(unset).toMatchObject({ exitCode: 1, posts: [] });
    expect(unset.notes).toMatch(/is stored, but no canary could be sent.*Basic/s);
  });

  it('sends no canary with --no-canary, and says that nothing is proven', async () => {
    const result = await run(['secret', 'set', '--account-sid', accountSid, '--no-canary', '--json'], {
      target: { secretIds: ['one'] },
      secrets: fakeSecrets({ one: placeholder }),
      hidden: token,
    });
    expect(result).toMatchObject({ exitCode: 0, posts: [] });
    expect(JSON.parse(result.data)).toEqual({
      secretId: 'one',
      account: '…111111',
      stored: true,
      canary: null,
    });
  });
});
