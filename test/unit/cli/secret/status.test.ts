import { accountSid, fakeSecrets, run, secretText } from '../fake-environment';

const target = { secretIds: ['one', 'two', 'three', 'four'] };
const token = 'dummy-token-of-account-1';
const secrets = fakeSecrets({
  one: {
    AWSCURRENT: secretText(accountSid, token),
    AWSPREVIOUS: secretText(accountSid, 'dummy-token-before'),
    AWSPENDING: '{"accountSid":"dummy-token-in-the-wrong-place"}',
  },
  two: { AWSCURRENT: 'CHANGE_ME' },
  three: { AWSCURRENT: secretText(accountSid, '') },
});

describe('gateway secret status', () => {
  it('reports the state of every version of every secret, and the end of the account SID', async () => {
    const result = await run(['secret', 'status', '--json'], { target, secrets });
    expect(result.exitCode).toBe(1);
    expect(JSON.parse(result.data)).toMatchObject([
      {
        name: 'one',
        state: 'ok',
        account: '…111111',
        changedAt: '2026-01-02T03:04:05.000Z',
        versions: [
          { stage: 'AWSCURRENT', state: 'ok' },
          { stage: 'AWSPENDING', state: 'invalid' },
          { stage: 'AWSPREVIOUS', state: 'ok' },
        ],
      },
      { name: 'two', state: 'placeholder', account: null, versions: [{ stage: 'AWSCURRENT' }] },
      { name: 'three', state: 'invalid' },
      { secretId: 'four', name: null, state: 'missing', versions: [] },
    ]);
    expect(result.notes).toContain('3 of 4 secrets cannot verify webhooks');
  });

  it('exits 0 when every current version can verify', async () => {
    const result = await run(['secret', 'status'], { target: { secretIds: ['one'] }, secrets });
    expect(result.exitCode).toBe(0);
    expect(result.data).toMatch(/one\s+…111111\s+AWSCURRENT\s+ok/);
  });

  it('never prints a token, nor the whole account SID', async () => {
    for (const format of [['--json'], []]) {
      const { data, notes } = await run(['secret', 'status', ...format], { target, secrets });
      expect(data + notes).not.toContain('dummy-token');
      expect(data + notes).not.toContain(accountSid);
    }
  });

  it('rejects a target without any secret', async () => {
    expect(await run(['secret', 'status', '--json'], { target: { secretIds: [] }, secrets })).toMatchObject({
      exitCode: 1,
      data: '[]',
    });
  });
});
