import { describeFailure } from '../../../cli/terminal/failure';
import { fakeSecrets, run } from './fake-environment';

const hexToken = '0123456789abcdef0123456789abcdef';

describe('gateway', () => {
  it('lists exactly the commands that exist, and shows its help with exit code 0', async () => {
    const result = await run(['--help']);
    expect(result.exitCode).toBe(0);
    expect([...result.data.matchAll(/^ {2}([a-z][a-z-]*) (?:[[<]\w+[\]>])? +\S/gm)].map(([, name]) => name)).toEqual([
      'init',
      'dev',
      'console',
      'send',
      'messages',
      'events',
      'replay',
      'reconcile',
      'account',
      'conversations',
      'tail',
      'export',
      'backup',
      'opt-outs',
      'media',
      'erase',
      'dead-letters',
      'replies',
      'secret',
      'explain',
      'twilio',
      'breaker',
      'doctor',
      'verify',
      'completion',
      'help',
    ]);
  });

  it.each([
    'send',
    'send sms',
    'send mms',
    'send whatsapp',
    'send status',
    'send usage',
    'send event',
    'messages list',
    'messages show',
    'events list',
    'events show',
    'dead-letters list',
    'dead-letters show',
    'dead-letters redrive',
    'secret status',
    'explain',
    'twilio plan',
    'twilio apply',
    'twilio undo',
    'breaker status',
    'breaker drill',
    'breaker rearm',
    'breaker secret',
    'doctor',
    'verify',
  ])('explains %s with examples and the global --stage', async (command) => {
    const result = await run([...command.split(' '), '--help']);
    expect(result.exitCode).toBe(0);
    expect(result.data).toContain('Examples:');
    expect(result.data).toContain('--stage <name>');
  });

  it('takes --stage before and after the command', async () => {
    const parts = { target: { secretIds: [] }, secrets: fakeSecrets({}) };
    expect((await run(['--stage', 'dev', 'secret', 'status'], parts)).openedStages).toEqual(['dev']);
    expect((await run(['secret', 'status', '--stage', 'prod'], parts)).openedStages).toEqual(['prod']);
    expect((await run(['secret', 'status'], parts)).openedStages).toEqual([undefined]);
  });

  it.each([
    [[]],
    [['nope']],
    [['messages']],
    [['messages', 'list', '--nope']],
    [['messages', 'show']],
    [['secret', 'status', 'extra']],
  ])('rejects the call %j with exit code 2, nothing on stdout', async (args) => {
    const result = await run(args);
    expect(result).toMatchObject({ exitCode: 2, data: '', openedStages: [] });
    expect(result.notes).not.toBe('');
  });

  it.each([
    [['send', 'sms', '--auth-token', hexToken]],
    [['send', 'sms', `--auth-token=${hexToken}`]],
    [['--token', 'x-y-z']],
    [['secret', 'status', '--TWILIO_AUTH_TOKEN=x-y-z']],
    [['secret', 'status', '-password', 'x-y-z']],
    [['authToken=x-y-z']],
    [['secret', 'status', '--api-key-secret', 'x-y-z']],
  ])('rejects the secret in %j without repeating it (CLI-TOKENARG)', async (args) => {
    const result = await run(args);
    expect(result).toMatchObject({ exitCode: 2, data: '', openedStages: [] });
    expect(result.notes).not.toMatch(/x-y-z|0123456789abcdef/);
    expect(result.notes).not.toBe('');
  });

  it('rejects a stray argument that looks like a token without repeating it', async () => {
    for (const args of [['secret', 'status', hexToken], [hexToken], ['messages', 'list', '--limit', hexToken]]) {
      const result = await run(args);
      expect(result.exitCode).toBe(2);
      expect(result.notes).not.toContain(hexToken);
    }
  });

  it('escapes the arguments of a wrong call in its message', async () => {
    expect((await run(['\u001b[2J'])).notes).toContain('\\u001b[2J');
  });
});

describe('a failure', () => {
  const { signal } = new AbortController();
  const named = (name: string, message = '', rest: object = {}) => Object.assign(new Error(message), { name, ...rest });

  it.each([
    [named('Error', 'connect', { code: 'ECONNREFUSED' }), /Cannot connect \(ECONNREFUSED\).*npm start.*--stage/],
    [named('TimeoutError'), /did not answer in time/],
    [named('CredentialsProviderError', 'none'), /No AWS credentials/],
    [named('Error', 'Region is missing'), /AWS_REGION/],
    [named('ExpiredTokenException', 'x', { $fault: 'client' }), /expired/],
    [
      named('AccessDeniedException', 'no sqs:ReceiveMessage\u001b', { $fault: 'client' }),
      /AWS refused: AccessDeniedException: no sqs:ReceiveMessage\\u001b\nNext: .*get-caller-identity.*aws sso login/,
    ],
    [named('ThrottlingException', 'slow', { $fault: 'client' }), /Next: wait a moment/],
    [named('UnrecognizedClientException', 'x', { $fault: 'client' }), /Next: sign in again \(`aws sso login`\)/],
    [named('QueueDoesNotExist', 'x', { $fault: 'client' }), /Next: check --stage/],
    [named('TypeError', 'a bug'), /Unexpected error.*a bug/s],
    ['a thrown string', /Unexpected error/],
  ])('is explained: %s', (error, text) => {
    expect(describeFailure(error, signal)).toMatchObject({ text: expect.stringMatching(text), exitCode: 1 });
  });

  it.each([
    [true, /^Cannot connect to sts\.nowhere-1\.amazonaws\.com \(ENOTFOUND\)\. Check the network.*AWS_REGION/],
    [false, /^Cannot connect to \S+ \(ENOTFOUND\)\. Start the local gateway with `npm start`, or restart it\.$/],
  ])('to connect names what helps, for a deployed gateway: %s', (isDeployed, text) => {
    const error = named('Error', 'getaddrinfo', { code: 'ENOTFOUND', hostname: 'sts.nowhere-1.amazonaws.com' });
    expect(describeFailure(error, signal, { isDeployed })).toMatchObject({
      reason: 'cannot_connect',
      text: expect.stringMatching(text),
    });
  });

  it.each([
    [{ named: 'work', profiles: { work: { sso_session: 'corp' } } }, 'aws sso login --profile work'],
    [{ named: 'work', profiles: { work: { aws_access_key_id: 'x' } } }, 'aws configure list --profile work'],
    [{ named: undefined, profiles: {}, hasKeys: true }, 'AWS_ACCESS_KEY_ID'],
    [{ named: undefined, profiles: {} }, 'aws sso login --profile default'],
  ])('of expired credentials names where they are from: %j', (shell, text) => {
    const error = named('ExpiredTokenException', 'x', { $fault: 'client' });
    const circumstances = { shell: { region: undefined, defaultRegion: undefined, ...shell } };
    expect(describeFailure(error, signal, circumstances)).toMatchObject({
      reason: 'expired_credentials',
      text: expect.stringContaining(text),
    });
  });

  it('is an interruption after Ctrl-C, whatever was thrown', () => {
    const interruption = new AbortController();
    interruption.abort();
    expect(describeFailure(named('TypeError'), interruption.signal)).toEqual({
      text: 'Interrupted.',
      reason: 'interrupted',
      exitCode: 130,
    });
  });
});
