import { verifySignature } from '../../../../lambda/shared/signature/signature';
import {
  accountSid,
  authToken,
  fakeSecrets,
  otherAccountSid,
  run,
  secretText,
  type EnvironmentParts,
} from '../fake-environment';

const key = 'made-up-shared-key-1';
const stored = { name: 'first', key: 'made-up-shared-key-0' };
const content = (...sharedKeys: readonly { readonly name: string; readonly key: string }[]) =>
  JSON.stringify({ accountSid, authToken, sharedKeys });

const answered = (status: number) => () =>
  Promise.resolve({ kind: 'answer', status, contentType: '', body: '', durationMs: 7 } as const);

const setup = (current: string, parts: EnvironmentParts = {}, pending?: string) => {
  const secrets = fakeSecrets({
    one: { AWSCURRENT: current, ...(pending === undefined ? {} : { AWSPENDING: pending }) },
  });
  return {
    sharedKey: (...args: readonly string[]) =>
      run(['secret', 'shared-key', ...args], {
        target: { secretIds: ['one'] },
        secrets,
        hidden: ` ${key}\n`,
        post: answered(204),
        ...parts,
      }),
    written: () => JSON.parse(secrets.stored.get('one') ?? 'null') as unknown,
  };
};

describe('gateway secret shared-key set', () => {
  it('adds the key to the Auth Token, checks it with a canary, and never prints it', async () => {
    const { sharedKey, written } = setup(secretText(accountSid, authToken));
    const result = await sharedKey('set', 'second');
    expect(result.exitCode).toBe(0);
    expect(written()).toEqual({ accountSid, authToken, sharedKeys: [{ name: 'second', key }] });
    expect(result.data).toContain('Stored and proven');
    expect(result.data + result.notes).not.toContain(key);

    expect(result.posts).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = result.posts;
    const params = Object.fromEntries(new URLSearchParams(body.toString()));
    const signature = (headers as Readonly<Record<string, string>>)['x-twilio-signature'] ?? '';
    const signed = { url: 'https://public.example/dev/events', params };
    expect(verifySignature({ algorithm: 'HMAC-SHA256', secret: key }, signature, signed)).toBe(true);
    expect(headers).toMatchObject({
      'x-twilio-webhooks-signature-settings': 'key=second,algorithm=HMAC_SHA256',
    });
  });

  it('adds to the keys that are there', async () => {
    const { sharedKey, written } = setup(content(stored));
    const result = await sharedKey('set', 'second', '--no-canary', '--json');
    expect(written()).toEqual({ accountSid, authToken, sharedKeys: [stored, { name: 'second', key }] });
    expect(JSON.parse(result.data)).toEqual({
      secretId: 'one',
      account: '…111111',
      name: 'second',
      stored: true,
      proven: false,
    });
    expect(result.posts).toEqual([]);
  });

  it('rejects with 1 when the canary is refused, and keeps the key', async () => {
    const { sharedKey, written } = setup(content(), { post: answered(403) });
    const result = await sharedKey('set', 'second');
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain('The SharedKey is stored, but a canary signed with it was rejected');
    expect(written()).toMatchObject({ sharedKeys: [{ name: 'second', key }] });
  });

  const ten = Array.from({ length: 10 }, (_, at) => ({ name: `key-${at}`, key: `made-up-key-number-${at}` }));
  it.each([
    ['a name that is there', content(stored), 'first', key, 'already', 1],
    ['a key that is there', content(stored), 'second', stored.key, 'already stored, as first', 1],
    ['an eleventh key', content(...ten), 'second', key, 'which is the limit', 1],
    ['a name of other characters', content(), 'a b', key, 'letters, digits', 2],
    ['nothing', content(), 'second', '', 'got 0 characters', 1],
    ['something short', content(), 'second', 'hunter2', 'got 7 characters', 1],
    ['a key with white space', content(), 'second', 'two words that are long', 'white space', 1],
    ['the Auth Token', content(), 'second', authToken, 'not a SharedKey', 1],
    ['a secret without an account', secretText('CHANGE_ME', 'x'), 'second', key, 'secret set', 1],
  ])('rejects %s and changes nothing', async (_name, held, name, hidden, words, exitCode) => {
    const { sharedKey, written } = setup(held, { hidden });
    const result = await sharedKey('set', name);
    expect(result.exitCode).toBe(exitCode);
    expect(result.notes).toContain(words);
    if (hidden !== '') expect(result.notes).not.toContain(hidden);
    expect(written()).toBeNull();
  });

  it('rejects a change during a rotation, which would undo it', async () => {
    const { sharedKey, written } = setup(content(), {}, secretText(accountSid, 'pending'));
    for (const args of [
      ['set', 'second'],
      ['retire', 'first', '--yes'],
    ]) {
      const result = await sharedKey(...args);
      expect(result.exitCode).toBe(1);
      expect(result.notes).toContain('secret rotate');
    }
    expect(written()).toBeNull();
  });
});

describe('gateway secret shared-key list', () => {
  it('shows names and no keys', async () => {
    const { sharedKey } = setup(content(stored));
    const table = await sharedKey('list');
    expect(table.exitCode).toBe(0);
    expect(table.data).toMatch(/…111111\s.*first/);
    const json = await sharedKey('list', '--json');
    expect(JSON.parse(json.data)).toEqual([{ account: '…111111', name: 'first' }]);
    expect(table.data + table.notes + json.data + json.notes).not.toContain(stored.key);
  });

  it('exits with 1 if a secret cannot be used', async () => {
    const result = await setup(secretText('CHANGE_ME', 'x')).sharedKey('list');
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain('secret status');
  });
});

describe('gateway secret shared-key retire', () => {
  const second = { name: 'second', key };

  it('removes one key and leaves the others', async () => {
    const { sharedKey, written } = setup(content(stored, second));
    const result = await sharedKey('retire', 'first', '--yes');
    expect(result.exitCode).toBe(0);
    expect(written()).toEqual({ accountSid, authToken, sharedKeys: [second] });
  });

  it.each([
    ['nobody can be asked', undefined],
    ['the answer is no', () => Promise.resolve(false)],
  ])('rejects a change if %s, and changes nothing', async (_name, confirm) => {
    const { sharedKey, written } = setup(content(stored), { confirm });
    expect((await sharedKey('retire', 'first')).exitCode).toBe(1);
    expect(written()).toBeNull();
  });

  it('rejects a name that is not there, and says which are', async () => {
    const { sharedKey, written } = setup(content(stored));
    const result = await sharedKey('retire', 'other', '--yes');
    expect(result.exitCode).toBe(2);
    expect(result.notes).toContain('Stored: first');
    expect(written()).toBeNull();
  });
});

describe('gateway secret set, where there are SharedKeys', () => {
  const token = '0123456789abcdef0123456789abcdef';

  it('keeps the keys of the same account, and none of another', async () => {
    for (const [sid, sharedKeys] of [
      [accountSid, [stored]],
      [otherAccountSid, undefined],
    ] as const) {
      const secrets = fakeSecrets({ one: { AWSCURRENT: content(stored) } });
      await run(['secret', 'set', '--account-sid', sid, '--no-canary'], {
        target: { secretIds: ['one'] },
        secrets,
        hidden: token,
      });
      expect(JSON.parse(secrets.stored.get('one') ?? '')).toEqual({
        accountSid: sid,
        authToken: token,
        ...(sharedKeys === undefined ? {} : { sharedKeys }),
      });
    }
  });
});

describe('gateway send --shared-key', () => {
  const second = { name: 'second', key };
  const send = (held: string, ...args: readonly string[]) =>
    run(['send', 'sms', ...args], {
      target: { secretIds: ['one'] },
      secrets: fakeSecrets({ one: { AWSCURRENT: held } }),
      post: answered(200),
    });

  it.each([
    ['the one stored last', [], second],
    ['the one that is named', ['first'], stored],
  ])('signs with %s', async (_name, choice, expected) => {
    const result = await send(content(stored, second), '--shared-key', ...choice);
    expect(result.exitCode).toBe(0);
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = result.posts;
    const params = Object.fromEntries(new URLSearchParams(body.toString()));
    const sent = headers as Readonly<Record<string, string>>;
    const signed = { url: 'https://public.example/dev/messages', params };
    expect(sent['x-twilio-webhooks-signature-settings']).toBe(`key=${expected.name},algorithm=HMAC_SHA256`);
    expect(
      verifySignature({ algorithm: 'HMAC-SHA256', secret: expected.key }, sent['x-twilio-signature'] ?? '', signed),
    ).toBe(true);
    expect(result.data + result.notes).not.toContain(expected.key);
  });

  it('rejects a SharedKey that is not stored, and sends nothing', async () => {
    for (const held of [content(), content(stored), secretText(accountSid, authToken)]) {
      const result = await send(held, '--shared-key', 'other');
      expect(result).toMatchObject({ exitCode: 1, posts: [] });
      expect(result.notes).toContain('npx gateway secret shared-key set');
    }
  });
});
