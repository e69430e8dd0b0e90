import { CliError } from '../../../../cli/terminal/cli-error';
import { drillParameter, drillPassed, drillSortKey } from '../../../../lambda/shared/breaker/breaker-record';
import { parseForm, single } from '../../../../lambda/shared/payload/form';
import { verifySignature } from '../../../../lambda/shared/signature/signature';
import { accountSid, authToken } from '../../cli/fake-environment';
import { decision, runBreaker } from './cli-harness';
import { firing, parentSid, strangerSid, subaccountSid } from '../firings';

test.each([['status'], ['drill'], ['rearm', 'support'], ['secret']])(
  'rejects %s if the stage has no breaker, and says how to get one',
  async (...args) => {
    const { exitCode, notes, effects } = await runBreaker(args, { hasBreaker: false });
    expect(exitCode).toBe(1);
    expect(notes).toContain('lib/stages.ts');
    expect(effects).toEqual([]);
  },
);

describe('status', () => {
  test('shows subaccounts and decisions, and exits with 0 if there is no problem', async () => {
    const { exitCode, data, askedAccounts } = await runBreaker(['status'], { rows: [decision()] });
    expect(exitCode).toBe(0);
    expect(data).toMatch(/support +….+ +active/);
    expect(data).toContain('tripped');
    expect([...askedAccounts].sort()).toEqual([parentSid, subaccountSid, accountSid].sort());
  });

  test('exits with 1 for a suspended subaccount, and names the command that helps', async () => {
    const { exitCode, notes } = await runBreaker(['status'], { status: 'suspended' });
    expect(exitCode).toBe(1);
    expect(notes).toContain('npx gateway breaker rearm support');
  });

  test('exits with 1 for an unfinished decision, and shows why', async () => {
    const row = decision({ decision: 'suspending', lastFault: "Twilio's API answered 500." });
    const { exitCode, data } = await runBreaker(['status'], { rows: [row] });
    expect(exitCode).toBe(1);
    expect(data).toContain("Twilio's API answered 500.");
  });

  test('exits with 1 and still shows decisions if Twilio does not answer or the secret cannot be used', async () => {
    const rows = [decision()];
    const asked = await runBreaker(['status'], { rows, status: new CliError('Twilio did not answer.') });
    const unset = await runBreaker(['status'], { rows, breakerSecret: '{"accountSid":"CHANGE_ME"}' });
    expect([asked.exitCode, unset.exitCode]).toEqual([1, 1]);
    for (const { data } of [asked, unset]) expect(data).toContain('tripped');
    expect(asked.data).toContain('Twilio did not answer.');
    expect(unset.notes).toContain('npx gateway breaker secret');
  });

  test('shows the latest drills with the decisions, and exits with 1 for an unfinished one', async () => {
    const drill = decision({ decision: 'drill', detail: drillPassed, targetSid: null });
    const shown = await runBreaker(['status'], { rows: [decision()], drills: Array(9).fill(drill) });
    expect(shown.exitCode).toBe(0);
    expect(shown.data.split(drillPassed)).toHaveLength(6);
    expect(shown.data).toContain('tripped');
    const unfinished = await runBreaker(['status'], { drills: [{ ...drill, decision: 'deciding' }] });
    expect(unfinished.exitCode).toBe(1);
  });

  test('prints JSON for programs, without a credential', async () => {
    const { data } = await runBreaker(['status', '--json', '--limit', '1'], {
      rows: [decision(), decision()],
    });
    expect(JSON.parse(data)).toEqual({
      ok: true,
      secretFault: null,
      subaccounts: [{ name: 'support', accountSid: subaccountSid, status: 'active', detail: null }],
      decisions: [decision()],
      drills: [],
    });
    expect(data).not.toContain('dummy');
  });
});

describe('drill', () => {
  const passed = decision({ decision: 'drill', detail: drillPassed });

  test('answers the challenge of a stage with Basic authentication', async () => {
    const credentials = [{ username: 'twilio', password: 'made-up-password' }];
    const { exitCode, posts, data, notes } = await runBreaker(['drill'], {
      basicSecret: JSON.stringify({ credentials }),
      find: () => passed,
    });
    expect(exitCode).toBe(0);
    const pair = Buffer.from('twilio:made-up-password').toString('base64');
    expect(posts[0]?.headers['authorization']).toBe(`Basic ${pair}`);
    expect(data + notes).not.toContain('made-up-password');
  });

  test('posts a signed and marked usage trigger with a made-up SID, and waits for its row', async () => {
    const keys: unknown[] = [];
    const { exitCode, data, posts } = await runBreaker(['drill'], {
      find: (key, read) => {
        keys.push(key);
        return read < 3 ? undefined : passed;
      },
    });
    expect(exitCode).toBe(0);
    expect(data).toContain('Nothing was suspended');
    const [post] = posts;
    const params = parseForm(post?.body ?? '');
    expect(single(params, drillParameter)).toBe('1');
    expect(
      verifySignature({ algorithm: 'HMAC-SHA1', secret: authToken }, post?.headers['x-twilio-signature'] ?? '', {
        url: 'https://public.example/dev/usage',
        params,
      }),
    ).toBe(true);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toEqual({
      accountSid,
      sortKey: drillSortKey('2026-11-22', single(params, 'UsageTriggerSid') ?? ''),
    });
  });

  test('sends values that suspend nothing even if its mark is cut off, which does not change the signature', async () => {
    const { posts } = await runBreaker(['drill'], { find: () => passed });
    const [post] = posts;
    const { [drillParameter]: mark, IdempotencyToken, ...rest } = parseForm(post?.body ?? '');
    const params = {
      ...rest,
      [`${drillParameter}${String(mark)}IdempotencyToken`]: String(IdempotencyToken),
    };
    const url = 'https://public.example/dev/usage';
    const secret = { algorithm: 'HMAC-SHA1', secret: authToken } as const;
    expect(verifySignature(secret, post?.headers['x-twilio-signature'] ?? '', { url, params })).toBe(true);
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) body.append(name, String(value));
    const cut = firing({}, { accountSid, body: Buffer.from(body.toString()) });
    expect(cut.isDrill).toBe(false);
    expect(Number(cut.values.current)).toBeLessThan(Number(cut.values.trigger));
  });

  test.each([
    [
      'the gateway refuses it',
      { answer: { kind: 'answer', status: 403, contentType: '', body: '', durationMs: 1 } },
      '403',
    ],
    ['the gateway is not there', { answer: { kind: 'failure', code: 'ECONNREFUSED', durationMs: 1 } }, 'ECONNREFUSED'],
    ['it does not arrive', {}, 'has not recorded it within 2 s'],
    [
      'the credentials are refused',
      { find: () => decision({ decision: 'drill', detail: "Twilio's API answered 401." }) },
      'could not have acted',
    ],
  ] as const)('rejects with 1 when %s', async (_name, parts, text) => {
    const { exitCode, data } = await runBreaker(['drill', '--wait', '2'], parts);
    expect(exitCode).toBe(1);
    expect(data).toContain(text);
    const json = await runBreaker(['drill', '--wait', '2', '--json'], parts);
    expect(JSON.parse(json.data)).toMatchObject({ ok: false });
  });
});

describe('rearm', () => {
  const suspended = { status: 'suspended' } as const;

  test('asks, then closes unfinished decisions, re-activates and records', async () => {
    const { exitCode, effects, rearms, notes } = await runBreaker(['rearm', 'support', '--reason', 'key revoked'], {
      ...suspended,
      confirm: () => Promise.resolve(true),
    });
    expect(exitCode).toBe(0);
    expect(effects).toEqual(['closeOpen', 'activate', 'writeRearm']);
    expect(rearms).toEqual([{ accountSid: subaccountSid, at: '2026-11-22T10:30:00.000Z', reason: 'key revoked' }]);
    expect(notes).toContain('does not stop it again');
  });

  test('needs no question with --yes', async () => {
    const { exitCode, data } = await runBreaker(['rearm', 'support', '--yes', '--json'], suspended);
    expect(exitCode).toBe(0);
    expect(JSON.parse(data)).toEqual({
      name: 'support',
      accountSid: subaccountSid,
      before: 'suspended',
      status: 'active',
      changed: true,
      closed: 1,
    });
  });

  test.each([
    ['the person says no', () => Promise.resolve(false)],
    ['nobody can be asked', undefined],
  ])('rejects with 1, and changes nothing, when %s', async (_name, confirm) => {
    const { exitCode, effects, notes } = await runBreaker(['rearm', 'support'], { ...suspended, confirm });
    expect(exitCode).toBe(1);
    expect(effects).toEqual([]);
    expect(notes).toContain('Nothing was changed');
  });

  test('does nothing for an active subaccount', async () => {
    const { exitCode, effects, data } = await runBreaker(['rearm', 'support', '--yes']);
    expect(exitCode).toBe(0);
    expect(effects).toEqual([]);
    expect(data).toContain('nothing to do');
  });

  test('rejects a closed subaccount, an unknown one, and a secret that cannot be used', async () => {
    const closed = await runBreaker(['rearm', 'support', '--yes'], { status: 'closed' });
    const unknown = await runBreaker(['rearm', 'sales', '--yes'], suspended);
    const unset = await runBreaker(['rearm', 'support', '--yes'], { ...suspended, breakerSecret: '{}' });
    expect([closed, unknown, unset].map(({ exitCode, effects }) => [exitCode, effects])).toEqual([
      [1, []],
      [2, []],
      [1, []],
    ]);
  });

  test('rejects when closing fails, before anything is re-activated', async () => {
    const { exitCode, effects } = await runBreaker(['rearm', 'support', '--yes'], {
      ...suspended,
      fail: 'closeOpen',
    });
    expect(exitCode).toBe(1);
    expect(effects).toEqual([]);
  });
});

describe('secret', () => {
  const placeholder = '{"accountSid":"CHANGE_ME","authToken":"random"}';

  test('stores the Auth Token that was entered without echo, and the subaccounts', async () => {
    const { exitCode, stored, data, notes } = await runBreaker(
      [
        'secret',
        '--account-sid',
        parentSid,
        '--subaccount',
        `support=${subaccountSid}`,
        '--subaccount',
        `sales=${strangerSid}`,
      ],
      { breakerSecret: placeholder, hidden: ' entered-token \n' },
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stored.get('breaker') ?? '')).toEqual({
      accountSid: parentSid,
      authToken: 'entered-token',
      subaccounts: { support: subaccountSid, sales: strangerSid },
    });
    expect(data + notes).not.toContain('entered-token');
    expect(notes).toContain('sales is not a target of this stage (support)');
  });

  test('renames a subaccount whose SID is given another name', async () => {
    const { stored } = await runBreaker(['secret', '--subaccount', `support=${subaccountSid}`], {
      breakerSecret: JSON.stringify({
        accountSid: parentSid,
        authToken: 'dummy-parent-token',
        subaccounts: { suport: subaccountSid, sales: strangerSid },
      }),
      hidden: 'entered-token',
    });
    expect(JSON.parse(stored.get('breaker') ?? '')).toMatchObject({
      subaccounts: { sales: strangerSid, support: subaccountSid },
    });
    expect(stored.get('breaker')).not.toContain('suport');
  });

  test('says which target of the stage is still without a subaccount', async () => {
    const { notes } = await runBreaker(
      ['secret', '--account-sid', parentSid, '--subaccount', `suport=${subaccountSid}`],
      { breakerSecret: placeholder, hidden: 'entered-token' },
    );
    expect(notes).toContain('suport is not a target of this stage (support)');
    expect(notes).toContain('The secret lacks support, a target of this stage');
  });

  test('keeps the stored account and subaccounts, and accepts an API key', async () => {
    const key = `SK${'1'.repeat(32)}`;
    const { stored } = await runBreaker(['secret', '--key-sid', key], { hidden: 'entered-secret' });
    expect(JSON.parse(stored.get('breaker') ?? '')).toEqual({
      accountSid: parentSid,
      apiKey: key,
      apiSecret: 'entered-secret',
      subaccounts: { support: subaccountSid },
    });
  });

  test.each([
    ['no account', ['secret'], 2],
    ['an empty token', ['secret', '--account-sid', parentSid], 1],
    ['the parent account as a target', ['secret', '--account-sid', parentSid, '--subaccount', `main=${parentSid}`], 1],
    ['a malformed target', ['secret', '--subaccount', 'support'], 2],
    ['a malformed key', ['secret', '--key-sid', 'AC1'], 2],
  ])('rejects %s, and stores nothing', async (name, args, exit) => {
    const hidden = name === 'an empty token' ? '' : 'entered-token';
    const { exitCode, stored, notes } = await runBreaker(args, { breakerSecret: placeholder, hidden });
    expect(exitCode).toBe(exit);
    expect(stored.size).toBe(0);
    expect(notes).not.toContain('entered-token');
  });
});
