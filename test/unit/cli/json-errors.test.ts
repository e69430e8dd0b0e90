import { accountSid, fakeSecrets, messageSid, otherAccountSid, run, secretText } from './fake-environment';

const secrets = fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, 'dummy-token-of-account-1') } });
const hexToken = '0123456789abcdef0123456789abcdef';
const noMessages = { list: () => Promise.resolve([]), find: () => Promise.resolve([]) };

const errorOf = (data: string): unknown => (JSON.parse(data) as { readonly error: unknown }).error;

describe('an error with --json', () => {
  it.each([
    ['an unknown command', ['nope', '--json'], "unknown command 'nope'"],
    ['a missing subcommand', ['messages', '--json'], "unknown option '--json'"],
    ['an unknown option', ['messages', 'list', '--json', '--nope'], "unknown option '--nope'"],
    ['a missing argument', ['events', 'show', '--json'], "missing required argument 'id'"],
    ['a bad value', ['dead-letters', 'list', '--limit', 'x', '--json'], 'Allowed are whole numbers from 1'],
    ['a malformed SID', ['messages', 'show', 'SM123', '--json'], 'A message SID is SM or MM and 32 hexadecimal'],
    ['a secret as an argument', ['send', 'sms', '--auth-token', hexToken, '--json'], 'No command takes a token'],
    ['a token in the wrong place', ['secret', 'status', '--json', hexToken], 'too many arguments'],
  ])('is an object on stdout for wrong usage: %s', async (_title, args, message) => {
    const { exitCode, data, notes } = await run(args, { secrets });
    expect(exitCode).toBe(2);
    expect(errorOf(data)).toEqual({
      reason: 'wrong_usage',
      message: expect.stringContaining(message),
      exitCode: 2,
    });
    expect(notes).toContain(message);
    expect(data).not.toContain(hexToken);
  });

  it.each([
    ['messages show', ['messages', 'show', messageSid, '--json'], 'not_found', `No message ${messageSid}`],
    ['replies list', ['replies', 'list', '--json'], 'failed', 'This gateway replies by Twilio'],
    ['breaker status', ['breaker', 'status', '--json'], 'failed', 'There is no circuit breaker'],
    ['explain', ['explain', '--json'], 'unexpected_error', 'the test provides no input'],
  ])('is an object on stdout and text on stderr: %s', async (_title, args, reason, message) => {
    const { exitCode, data, notes } = await run(args, { secrets, messages: noMessages });
    expect(exitCode).toBe(1);
    expect(errorOf(data)).toEqual({ reason, message: expect.stringContaining(message), exitCode: 1 });
    expect(notes).toContain(message);
  });

  it('is one line, for programs that read lines', async () => {
    const { data } = await run(['explain', '--json']);
    expect(data.split('\n')).toHaveLength(1);
  });

  it('is the last note of a command that refuses without throwing', async () => {
    const stored = JSON.stringify({
      accountSid: otherAccountSid,
      authToken: 'dummy-token-of-account-2',
      sharedKeys: [{ name: 'old', key: 'x'.repeat(32) }],
    });
    const { exitCode, data } = await run(['secret', 'shared-key', 'retire', 'old', '--json'], {
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: stored } }),
    });
    expect(exitCode).toBe(1);
    expect(errorOf(data)).toEqual({
      reason: 'failed',
      message: 'Nothing was changed: pass --yes to retire it.',
      exitCode: 1,
    });
  });

  it('is not printed after data: a failed command that has a result prints the result alone', async () => {
    const { exitCode, data } = await run(['secret', 'status', '--json'], {
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: 'CHANGE_ME' } }),
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(data)).toMatchObject([{ state: expect.stringMatching(/placeholder|invalid/) }]);
  });

  it('is not printed without --json, nor after --, nor for an interruption', async () => {
    const interruption = new AbortController();
    interruption.abort();
    expect((await run(['nope'])).data).toBe('');
    expect((await run(['messages', 'list', '--', '--json'])).data).toBe('');
    expect(await run(['explain', '--json'], { signal: interruption.signal })).toMatchObject({
      exitCode: 130,
      data: '',
    });
  });
});
