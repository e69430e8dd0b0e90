import type { StandInReply } from '../../../../lambda/shared/contract/stand-in-reply';
import { readStandInReplies } from '../../../../cli/clients/stand-in-replies';
import { createAwsBackend } from '../../../../cli/clients/aws-backend';
import { withAnswer } from '../gateway-process';
import { accountSid, fakeSecrets, fakeTarget, otherAccountSid, run } from '../fake-environment';

const keySid = `SK${'3'.repeat(32)}`;
const reply = (sid: string, changes: Partial<StandInReply> = {}): StandInReply => ({
  sid,
  at: '2026-11-22T09:00:00.000Z',
  to: '+15550100001',
  from: '+15550100002',
  body: 'you said hello',
  inReplyTo: `SM${'a'.repeat(32)}`,
  status: 'delivered',
  ...changes,
});

const list = (replies: readonly StandInReply[], ...args: readonly string[]) =>
  run(['replies', 'list', ...args], { replies: () => Promise.resolve(replies) });

describe('gateway replies list', () => {
  it('prints JSON with exactly the fields of a reply, newest first, at most --limit', async () => {
    const replies = [reply(`SM${'1'.repeat(32)}`), reply(`SM${'2'.repeat(32)}`)];
    // `at` is for the console.
    const shown = replies.map((each) => Object.fromEntries(Object.entries(each).filter(([name]) => name !== 'at')));
    expect(JSON.parse((await list(replies, '--json')).data)).toEqual(shown);
    expect(JSON.parse((await list(replies, '--json', '--limit', '1')).data)).toEqual(shown.slice(0, 1));
  });

  it('prints a table in which a body is clipped and cannot control the terminal, or No replies', async () => {
    const body = `\u001b[2J${'x'.repeat(100)}`;
    const { data, exitCode } = await list([reply('SM1', { body, from: null })]);
    expect(exitCode).toBe(0);
    expect(data).toContain('\\u001b[2J');
    expect(data).not.toContain('x'.repeat(41));
    expect((await list([])).data).toBe('No replies');
  });

  it('says where the replies are when there is no stand-in', async () => {
    const stage = await run(['replies', 'list', '--stage', 'prod'], { target: { stage: 'prod', name: 'stage prod' } });
    expect(stage).toMatchObject({ exitCode: 1, data: '' });
    expect(stage.notes).toContain('Twilio’s console');
    expect(stage.notes).toContain('messages list --stage prod');
    const local = await run(['replies', 'list']);
    expect(local).toMatchObject({ exitCode: 1, data: '' });
    expect(local.notes).toContain('TWILIO_API_KEY');
  });

  it('reports a stand-in that is gone, and an answer that is not its own', async () => {
    const { signal } = new AbortController();
    let gone = '';
    await withAnswer(200, '{"replies":[]}', async (endpoint) => {
      gone = endpoint;
      await expect(readStandInReplies(endpoint, signal)).rejects.toThrow('this version cannot read');
      const target = { ...fakeTarget, twilioStandIn: { baseUrl: endpoint } };
      await expect(createAwsBackend(target, signal).replies?.()).rejects.toThrow('this version cannot read');
    });
    await expect(readStandInReplies(gone, signal)).rejects.toThrow('does not answer');
    expect(createAwsBackend(fakeTarget, signal).replies).toBeUndefined();
  });
});

describe('gateway replies secret', () => {
  const secretId = 'replies';
  const store = (current: string) => fakeSecrets({ [secretId]: { AWSCURRENT: current } });
  const placeholder = '{"accountSid":"CHANGE_ME","apiSecret":"random"}';
  const save = (secrets: ReturnType<typeof store>, ...args: readonly string[]) =>
    run(['replies', 'secret', '--key-sid', keySid, ...args], {
      secrets,
      hidden: 'the-secret\n',
      target: { replySecretId: secretId },
    });
  const stored = (secrets: ReturnType<typeof store>): unknown => JSON.parse(secrets.stored.get(secretId) ?? 'null');

  it('replaces the placeholder with one key', async () => {
    const secrets = store(placeholder);
    const result = await save(secrets, '--account-sid', accountSid);
    expect(result).toMatchObject({ exitCode: 0, data: 'Stored, for the accounts: …111111.' });
    expect(result.data + result.notes).not.toContain('the-secret');
    expect(stored(secrets)).toEqual({ accountSid, apiKey: keySid, apiSecret: 'the-secret' });
  });

  it('keeps the key of another account, and replaces that of the same', async () => {
    const old = { accountSid, apiKey: `SK${'4'.repeat(32)}`, apiSecret: 'old' };
    const added = store(JSON.stringify(old));
    expect((await save(added, '--account-sid', otherAccountSid)).exitCode).toBe(0);
    const key = { apiKey: keySid, apiSecret: 'the-secret' };
    expect(stored(added)).toEqual([old, { accountSid: otherAccountSid, ...key }]);
    const replaced = store(JSON.stringify(old));
    expect((await save(replaced)).exitCode).toBe(0);
    expect(stored(replaced)).toEqual({ accountSid, ...key });
  });

  it('needs an account, a well-formed key SID and a secret without white space', async () => {
    expect(await save(store(placeholder))).toMatchObject({ exitCode: 2, notes: expect.stringContaining('no account') });
    const secrets = store(placeholder);
    const empty = await run(['replies', 'secret', '--key-sid', keySid, '--account-sid', accountSid], {
      secrets,
      hidden: '\n',
      target: { replySecretId: secretId },
    });
    expect(empty).toMatchObject({ exitCode: 1, data: '' });
    expect(empty.notes).toContain('Nothing was stored');
    expect(secrets.stored.size).toBe(0);
    expect((await run(['replies', 'secret', '--key-sid', 'SK1'])).exitCode).toBe(2);
    expect((await run(['replies', 'secret'])).exitCode).toBe(2);
  });

  it('refuses a gateway whose handlers do not reply, or reply by the stand-in', async () => {
    const args = ['replies', 'secret', '--key-sid', keySid, '--account-sid', accountSid];
    expect((await run(args)).notes).toContain('No handler replies at the local gateway');
    const target = { replySecretId: secretId, twilioStandIn: { baseUrl: 'http://127.0.0.1:9' } };
    const local = await run(args, { target });
    expect(local).toMatchObject({ exitCode: 1, data: '' });
    expect(local.notes).toContain('TWILIO_API_KEY');
  });
});

describe('dead-letters --queue', () => {
  it('lists the names of the target for an unknown one', async () => {
    const handlers = [{ name: 'Replies', queue: 'q', deadLetterQueue: 'd' }];
    const result = await run(['dead-letters', 'redrive', '--queue', 'replies'], { target: { handlers } });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toContain('--queue takes events, breaker, Replies.');
  });
});
