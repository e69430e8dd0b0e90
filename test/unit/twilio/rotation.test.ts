import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { InjectedFault } from '../../helpers/twilio-double/faults';
import { startTwilioDouble, type TwilioDouble } from '../../helpers/twilio-double';
import { createRotationFixture, impatienceMs, type Death, type RotationFixture } from './rotation-fixture';

const foreignToken = 'f'.repeat(32);
const next = 'npx gateway secret rotate --stage dev';

describe('gateway secret rotate', () => {
  let double: TwilioDouble;
  let setup: RotationFixture;
  let oldToken: string;
  beforeAll(async () => {
    // Twilio's package waits a random time before it repeats what was answered 429: here, none.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    double = await startTwilioDouble();
    setup = await createRotationFixture(double);
  });
  beforeEach(async () => {
    await setup.begin();
    oldToken = setup.account().authToken;
  });
  afterEach(() => {
    double.clearFaults();
    expect(double.invalidRequests).toEqual([]);
  });
  afterAll(async () => {
    process.stderr.write(`Rotation: ${double.validatedRequests} requests fit Twilio's descriptions.\n`);
    await setup.close();
    await double.close();
    jest.restoreAllMocks();
  });

  const expectRotated = async (): Promise<void> => {
    const { authToken, secondaryAuthToken } = setup.account();
    expect(authToken).not.toBe(oldToken);
    expect(secondaryAuthToken).toBeUndefined();
    expect(await setup.tokens()).toEqual({ current: authToken, pending: undefined, previous: oldToken });
  };
  const expectUntouched = async (): Promise<void> => {
    expect(setup.account()).toMatchObject({ authToken: oldToken, secondaryAuthToken: undefined });
    expect(await setup.tokens()).toMatchObject({ current: oldToken, pending: undefined });
  };

  it('goes from one token to the next, waits before the promotion, and says until when the old one is accepted', async () => {
    const log: string[] = [];
    const { exitCode, data, notes, posts } = await setup.run(['--yes'], {
      sleep: (milliseconds) => {
        log.push(`${milliseconds} ms, ${setup.account().authToken === oldToken ? 'before' : 'after'}`);
        return Promise.resolve();
      },
    });
    expect({ exitCode, notes }).toMatchObject({ exitCode: 0 });
    await expectRotated();
    expect(data.match(/^done /gm)).toHaveLength(7);
    expect(log).toEqual(['5000 ms, before', '5000 ms, before', '5000 ms, before']);
    expect(posts).toHaveLength(2);
    expect(data).toContain('until 2026-03-04T06:06:07.008Z');
    for (const token of [oldToken, setup.account().authToken]) expect(data + notes).not.toContain(token);
  });

  it('keeps the SharedKeys of the account', async () => {
    const sharedKeys = [{ name: 'first', key: 'made-up-shared-key-0' }];
    const { sid, authToken } = setup.account();
    await setup.client.send(
      new PutSecretValueCommand({
        SecretId: setup.secretId(),
        SecretString: JSON.stringify({ accountSid: sid, authToken, sharedKeys }),
      }),
    );
    expect(await setup.run(['--yes'])).toMatchObject({ exitCode: 0 });
    await expectRotated();
    const { SecretString = '' } = await setup.client.send(new GetSecretValueCommand({ SecretId: setup.secretId() }));
    expect(JSON.parse(SecretString)).toEqual({
      accountSid: sid,
      authToken: setup.account().authToken,
      sharedKeys,
    });
  });

  it('prints the steps of a dry run and does nothing, and fails without a terminal or --yes', async () => {
    const dry = await setup.run(['--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, changes: 0, posts: [] });
    expect(dry.data.match(/^ {2}\d\. /gm)).toHaveLength(7);
    const json = await setup.run(['--dry-run', '--json']);
    expect(JSON.parse(json.data)).toEqual({
      account: `…${setup.account().sid.slice(-6)}`,
      dryRun: true,
      steps: ['create', 'prove-pending', 'wait', 'promote', 'move', 'tidy', 'prove-current'],
    });
    const alone = await setup.run([]);
    expect(alone).toMatchObject({ exitCode: 1, changes: 0 });
    expect(alone.notes).toContain('pass --yes');
    const declined = await setup.run([], { confirm: () => Promise.resolve(false) });
    expect(declined).toMatchObject({ exitCode: 1, changes: 0 });
    await expectUntouched();
  });

  it('reports once the step of the interruption, the state, and how to continue', async () => {
    const interruption = new AbortController();
    const stopped = await setup.run(['--yes'], {
      signal: interruption.signal,
      sleep: () => {
        interruption.abort();
        return Promise.resolve();
      },
    });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.notes.match(/^Stopped\./gm)).toHaveLength(1);
    expect(stopped.notes).toMatch(/Last step: wait .*; the new one waits in AWSPENDING\.\nNext: npx gateway/);
    expect(stopped.notes).not.toContain('Nothing was changed');
    expect(await setup.isSafe()).toBe(true);
    expect((await setup.run(['--yes'])).exitCode).toBe(0);
    await expectRotated();
  });

  it('prints JSON for programs', async () => {
    const { exitCode, data } = await setup.run(['--yes', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(data)).toMatchObject({
      rotated: true,
      oldTokenAcceptedUntil: '2026-03-04T06:06:07.008Z',
    });
  });

  it('only checks a rotation that has just ended, unless --again asks for another one', async () => {
    await setup.run(['--yes']);
    const { authToken } = setup.account();
    const again = await setup.run(['--yes']);
    expect(again).toMatchObject({ exitCode: 0, changes: 0 });
    expect(again.posts).toHaveLength(1);
    expect(setup.account().authToken).toBe(authToken);
    expect((await setup.run(['--yes', '--again'])).exitCode).toBe(0);
    expect(await setup.tokens()).toMatchObject({ current: setup.account().authToken, previous: authToken });
  });

  const deaths = Array.from({ length: 5 }, (_, at) => at + 1).flatMap((at): Death[] => [
    { at, when: 'before' },
    { at, when: 'after' },
  ]);
  it.each(deaths)('is safe if it is killed $when change $at, and the next run finishes', async (death) => {
    const killed = await setup.run(['--yes'], { death });
    expect(killed.exitCode).toBe(1);
    expect(await setup.isSafe()).toBe(true);
    const isUnstored = setup.account().secondaryAuthToken !== undefined && (await setup.tokens()).pending === undefined;
    const again = await setup.run(['--yes']);
    if (isUnstored) {
      // Nobody knows this token, and it could be somebody else's: that is for a human to say.
      expect(again.exitCode).toBe(1);
      expect(again.notes).toContain(`${next} --replace-secondary`);
      expect((await setup.run(['--yes', '--replace-secondary'])).exitCode).toBe(0);
    } else {
      expect(again.exitCode).toBe(0);
    }
    await expectRotated();
  });

  const faults: readonly (readonly [string, InjectedFault, number])[] = [
    ['500', { kind: 'status', status: 500 }, 1],
    ['429', { kind: 'status', status: 429 }, 10],
    ['401', { kind: 'status', status: 401, code: 20003 }, 1],
    ['no answer', { kind: 'hang' }, 1],
    ['a broken connection after it was done', { kind: 'drop-after-commit' }, 1],
  ];
  const patience = ({ kind }: InjectedFault) => (kind === 'hang' ? { timeoutMs: impatienceMs } : {});
  const places = [
    ['the first question', 'FetchAccount', 1],
    ['the question after the token was stored', 'FetchAccount', 3],
    ['the question after the promotion', 'FetchAccount', 10],
    ['the creation', 'CreateSecondaryAuthToken', 1],
    ['the promotion', 'UpdateAuthTokenPromotion', 1],
  ] as const;
  const cases = places.flatMap(([place, operationId, nth]) =>
    faults.map(([name, fault, times]) => ({ name, place, operationId, nth, fault, times })),
  );
  it.each(cases)(
    'rejects $name at $place with what is safe and what is next, and finishes when it is run again',
    async ({ operationId, nth, fault, times }) => {
      double.inject(fault, { operationId, nth, times });
      const failed = await setup.run(['--yes'], patience(fault));
      double.clearFaults();
      expect(await setup.isSafe()).toBe(true);
      expect(failed.exitCode).toBe(1);
      expect(failed.notes).toMatch(/^.*Next: .*npx gateway secret (?:rotate|set) --stage dev/m);
      expect(failed.notes).not.toMatch(/[0-9a-f]{32}/);
      const again = await setup.run(['--yes']);
      if (again.exitCode !== 0) {
        expect(again.notes).toContain('--replace-secondary');
        expect((await setup.run(['--yes', '--replace-secondary'])).exitCode).toBe(0);
      }
      await expectRotated();
    },
  );

  it('rejects a secondary token of unknown origin, until --replace-secondary', async () => {
    setup.account().secondaryAuthToken = foreignToken;
    const refused = await setup.run(['--yes']);
    expect(refused.exitCode).toBe(1);
    expect(refused.notes).toContain(`${next} --replace-secondary`);
    expect(setup.account()).toMatchObject({ authToken: oldToken, secondaryAuthToken: foreignToken });
    expect((await setup.run(['--yes', '--replace-secondary'])).exitCode).toBe(0);
    await expectRotated();
    expect(setup.account().authToken).not.toBe(foreignToken);
  });

  it('rejects to promote a token that the gateway does not accept', async () => {
    const refused = await setup.run(['--yes'], {
      post: () => Promise.resolve({ kind: 'answer', status: 403, contentType: '', body: '', durationMs: 1 }),
    });
    expect(refused.exitCode).toBe(1);
    expect(refused.notes).toContain('rejected 15 times: status 403');
    expect(refused.notes).toContain(next);
    expect(setup.account().authToken).toBe(oldToken);
    expect((await setup.tokens()).pending).toBe(setup.account().secondaryAuthToken);
  });

  it('deletes what it cannot store', async () => {
    const { secretId, client } = setup;
    await client.deleteSecret({ SecretId: secretId(), RecoveryWindowInDays: 7 });
    expect((await setup.run(['--yes'])).exitCode).toBe(1);
    expect(setup.account().secondaryAuthToken).toBeUndefined();
  });

  it.each([
    ['changed elsewhere', () => (setup.account().authToken = foreignToken), /secret set --stage dev/],
    [
      'only the secondary one',
      () => Object.assign(setup.account(), { authToken: foreignToken, secondaryAuthToken: oldToken }),
      /secret set --stage dev/,
    ],
  ])('rejects a stored token that is %s', async (_name, change, words) => {
    change();
    const result = await setup.run(['--yes']);
    expect(result).toMatchObject({ exitCode: 1, changes: 0 });
    expect(result.notes).toMatch(words);
  });

  describe('--cancel', () => {
    const stopBeforePromotion = () => setup.run(['--yes'], { death: { at: 3, when: 'before' } });

    it('undoes a rotation that is not promoted', async () => {
      await stopBeforePromotion();
      expect((await setup.tokens()).pending).toBe(setup.account().secondaryAuthToken);
      expect((await setup.run(['--cancel'])).exitCode).toBe(0);
      await expectUntouched();
      const nothing = await setup.run(['--cancel', '--json']);
      expect(nothing.exitCode).toBe(0);
      expect(JSON.parse(nothing.data)).toEqual({ cancelled: false, undone: [] });
    });

    it.each(faults)('rejects %s of Twilio and can be run again', async (_name, fault, times) => {
      await stopBeforePromotion();
      double.inject(fault, { operationId: 'DeleteSecondaryAuthToken', times });
      const failed = await setup.run(['--cancel'], patience(fault));
      double.clearFaults();
      expect(failed.exitCode).toBe(1);
      expect(failed.notes).toContain('not cancelled');
      expect(await setup.isSafe()).toBe(true);
      expect((await setup.run(['--cancel'])).exitCode).toBe(0);
      await expectUntouched();
    });

    it('rejects after the promotion, and the rotation can only go on', async () => {
      await setup.run(['--yes'], { death: { at: 3, when: 'after' } });
      const refused = await setup.run(['--cancel']);
      expect(refused.exitCode).toBe(1);
      expect(refused.notes).toContain('cannot be undone');
      expect((await setup.run(['--yes'])).exitCode).toBe(0);
      await expectRotated();
    });

    it('takes a stale AWSPENDING away and leaves a secondary token of somebody else alone', async () => {
      await stopBeforePromotion();
      setup.account().secondaryAuthToken = foreignToken;
      const stuck = await setup.run(['--yes']);
      expect(stuck.exitCode).toBe(1);
      expect(stuck.notes).toContain(`${next} --cancel`);
      expect((await setup.run(['--cancel'])).exitCode).toBe(0);
      expect(setup.account().secondaryAuthToken).toBe(foreignToken);
      expect((await setup.tokens()).pending).toBeUndefined();
    });
  });
});
