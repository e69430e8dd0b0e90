import { accountSid, authToken, fakeSecrets, run, secretText, type EnvironmentParts } from '../fake-environment';

const pair = { username: 'twilio', password: 'OldPassword12345' };
const nextPair = { username: 'twilio2', password: 'NewPassword12345' };
const content = (...credentials: readonly unknown[]) => JSON.stringify({ credentials });
const placeholder = '{"credentials":"CHANGE_ME","unused":"x"}';

const answered = (status: number) => () =>
  Promise.resolve({ kind: 'answer', status, contentType: '', body: '', durationMs: 7 } as const);

type Header = readonly [string, string];
const challengeHeader: Header = ['www-authenticate', 'Basic realm="webhooks", charset="UTF-8"'];

/** A gateway that asks for credentials with the given headers, and accepts every pair. */
const challenging =
  (...headers: readonly Header[]): NonNullable<EnvironmentParts['post']> =>
  (request) =>
    'authorization' in request.headers
      ? answered(204)()
      : Promise.resolve({ kind: 'answer', status: 401, contentType: '', body: '', durationMs: 7, headers });

const setup = (held: string | undefined, parts: EnvironmentParts = {}) => {
  const secrets = fakeSecrets({
    'first-account': { AWSCURRENT: secretText(accountSid, authToken) },
    ...(held === undefined ? {} : { basic: { AWSCURRENT: held } }),
  });
  const pauses: number[] = [];
  const basic = (...args: readonly string[]) =>
    run(['secret', 'basic', ...args], {
      target: { basicAuthSecretId: 'basic', stage: 'dev', name: 'stage dev' },
      secrets,
      post: challenging(challengeHeader),
      sleep: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
      ...parts,
    });
  return { basic, pauses, stored: () => JSON.parse(secrets.stored.get('basic') ?? 'null') as unknown };
};
const authorization = ({ username, password }: typeof pair) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

describe('gateway secret basic set', () => {
  it('stores the first pair and proves it with a canary, without a wait, and never prints it', async () => {
    const { basic, stored, pauses } = setup(placeholder, { hidden: ` ${pair.password}\n` });
    const result = await basic('set', '--username', pair.username);
    expect(result.exitCode).toBe(0);
    expect(stored()).toEqual({ credentials: [pair] });
    expect(result.posts.map(({ headers }) => headers['authorization'])).toEqual([authorization(pair), undefined]);
    expect(pauses).toEqual([]);
    expect(result.data + result.notes).not.toContain(pair.password);
    expect(result.notes).toContain('Next: npx gateway twilio apply --stage dev');
  });

  it('stores a new pair before the existing one, and waits until every environment knows it', async () => {
    const { basic, stored, pauses } = setup(content(pair), { hidden: nextPair.password });
    const result = await basic('set', '--username', nextPair.username, '--json');
    expect(result.exitCode).toBe(0);
    expect(stored()).toEqual({ credentials: [nextPair, pair] });
    expect(result.posts.map(({ headers }) => headers['authorization'])).toEqual([authorization(nextPair), undefined]);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(15_000);
    expect(JSON.parse(result.data)).toEqual({ secretId: 'basic', pairs: 2, proven: true });
    expect(result.notes).toContain('npx gateway secret basic retire --stage dev');
  });

  it('generates a password that Twilio accepts, without a prompt', async () => {
    const { basic, stored } = setup(placeholder);
    expect((await basic('set', '--username', 'twilio', '--generate', '--no-canary')).exitCode).toBe(0);
    expect(stored()).toEqual({
      credentials: [{ username: 'twilio', password: expect.stringMatching(/^[0-9a-f]{40}$/) as string }],
    });
  });

  it.each([
    ['a third pair', content(nextPair, pair), 'twilio3', 'ThirdPassword123', 'basic retire'],
    ['the pair that is stored', content(pair), pair.username, pair.password, 'already'],
    ['a short password', placeholder, 'twilio', 'hunter2', 'got 7 characters'],
    ['special characters', placeholder, 'twilio', 'OldPassword:1234', 'not all of them letters and digits'],
    ['a user name with a colon', placeholder, 'tw:ilio', pair.password, '--username takes'],
  ])('rejects %s and changes nothing', async (_name, held, username, hidden, words) => {
    const { basic, stored } = setup(held, { hidden });
    const result = await basic('set', '--username', username);
    expect(result.exitCode).not.toBe(0);
    expect(result.notes).toContain(words);
    expect(result.notes).not.toContain(hidden);
    expect(stored()).toBeNull();
  });

  it('exits with 1 if the canary is rejected, and says that the pair is stored', async () => {
    const { basic, stored } = setup(placeholder, { post: answered(401) });
    const result = await basic('set', '--username', 'twilio', '--generate');
    expect(result.exitCode).toBe(1);
    expect(result.notes).toMatch(/The pair is stored, but a canary.*401.*secret basic status --stage dev/s);
    expect(stored()).not.toBeNull();
  });

  it.each<[string, readonly Header[], string]>([
    [
      'renamed on its way',
      [['x-amzn-remapped-www-authenticate', 'Basic realm="webhooks"']],
      'x-amzn-remapped-www-authenticate',
    ],
    ['missing', [['content-type', 'text/plain']], 'no WWW-Authenticate header'],
    ['of another scheme', [['WWW-Authenticate', 'Bearer']], 'does not ask for Basic'],
  ])('exits with 1 if the header of the challenge is %s', async (_what, headers, words) => {
    const { basic, stored } = setup(placeholder, { post: challenging(...headers) });
    const result = await basic('set', '--username', 'twilio', '--generate');
    expect(result).toMatchObject({ exitCode: 1, data: '' });
    expect(result.notes).toContain('The pair is stored');
    expect(result.notes).toContain(words);
    expect(result.notes).toContain('Twilio will never answer the challenge: do not use basicAuth behind this API');
    expect(stored()).not.toBeNull();
  });

  it("requests the challenge like Twilio's first request: a form with a signature and without credentials", async () => {
    const { basic } = setup(placeholder);
    const { posts } = await basic('set', '--username', 'twilio', '--generate');
    expect(posts.at(-1)).toMatchObject({
      url: 'http://127.0.0.1:9/dev/messages',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/) as string,
      },
    });
  });

  it('accepts the name of the header in any case, as HTTP does', async () => {
    const { basic } = setup(placeholder, { post: challenging(['WWW-Authenticate', 'Basic realm="x"']) });
    expect((await basic('set', '--username', 'twilio', '--generate')).exitCode).toBe(0);
  });

  it('tries again while an environment does not ask for credentials yet, then exits with 1', async () => {
    let asked = 0;
    const later: NonNullable<EnvironmentParts['post']> = (request) => {
      if ('authorization' in request.headers) return answered(204)();
      asked += 1;
      return asked < 3 ? answered(500)() : challenging(challengeHeader)(request);
    };
    const { basic, pauses } = setup(placeholder, { post: later });
    expect((await basic('set', '--username', 'twilio', '--generate')).exitCode).toBe(0);
    expect(pauses).toEqual([2000, 2000]);
    const never = setup(placeholder, { post: answered(204) });
    const result = await never.basic('set', '--username', 'twilio', '--generate');
    expect(result.exitCode).toBe(1);
    expect(result.notes).toMatch(/without credentials was not answered 401.*status 204/);
  });

  it('rejects a stage without Basic authentication', async () => {
    const result = await run(['secret', 'basic', 'set', '--username', 'twilio', '--generate']);
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain('lib/stages.ts');
  });
});

describe('gateway secret basic retire', () => {
  it('keeps the newer pair alone', async () => {
    const { basic, stored } = setup(content(nextPair, pair));
    expect((await basic('retire', '--yes')).exitCode).toBe(0);
    expect(stored()).toEqual({ credentials: [nextPair] });
  });

  it('changes nothing without a confirmation', async () => {
    for (const confirm of [undefined, () => Promise.resolve(false)]) {
      const { basic, stored } = setup(content(nextPair, pair), { confirm });
      expect((await basic('retire')).exitCode).toBe(1);
      expect(stored()).toBeNull();
    }
  });

  it.each([
    ['one pair', content(pair)],
    ['the placeholder', placeholder],
  ])('rejects %s', async (_name, held) => {
    const { basic, stored } = setup(held);
    expect((await basic('retire', '--yes')).exitCode).toBe(1);
    expect(stored()).toBeNull();
  });
});

describe('gateway secret basic status', () => {
  it.each([
    [content(nextPair, pair), 0, { state: 'ok', usernames: ['twilio2', 'twilio'] }],
    [placeholder, 1, { state: 'placeholder', usernames: [] }],
    ['{', 1, { state: 'invalid', usernames: [] }],
    [undefined, 1, { state: 'missing', usernames: [] }],
  ])('reports what is stored, case %#, without a password', async (held, exitCode, shown) => {
    const { basic } = setup(held);
    const json = await basic('status', '--json');
    expect(json.exitCode).toBe(exitCode);
    expect(JSON.parse(json.data)).toEqual({ secretId: 'basic', ...shown });
    const text = await basic('status');
    expect(text.data + text.notes).not.toContain(pair.password);
    if (exitCode === 1) expect(text.notes).toContain('secret basic set --stage dev');
  });
});
