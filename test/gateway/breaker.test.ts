import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { developmentAccount } from '../../local/accounts';
import { writeStateFile } from '../../local/state-file';
import type { StageOptions } from '../../lib/stage/stage-options';
import { addSpendingSubaccount, breakerOf, putBreakerSecret, suspensions } from '../helpers/breaker-fixture';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import { postForm, usageForm, type Form } from '../helpers/webhooks';
import { environment, eventually, projectRoot, startProcess, workingDirectory } from './gateway-process';

// Synthesis, a gateway and several commands, each a process.
jest.setTimeout(90_000);

const stage: StageOptions = {
  accounts: ['main', 'support'],
  breaker: {
    dryRun: false,
    triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }],
  },
};
const support = developmentAccount();
const parent = { sid: testAccount.accountSid, authToken: testAccount.authToken };

interface World {
  readonly gateway: StageGateway;
  readonly twilio: TwilioDouble;
  close(): Promise<void>;
}

/** A gateway whose subaccount signs with its own token, and Twilio behind it. */
const startWorld = async (
  options: StageOptions = stage,
  functionEnvironment: Readonly<Record<string, string>> = {},
): Promise<World> => {
  const twilio = await startTwilioDouble();
  twilio.addAccount(parent);
  const gateway = await startStageGateway(options, {
    functionEnvironment: {
      TWILIO_API_BASE_URL: twilio.url,
      RETRY_DELAY_SECONDS: '0',
      ...functionEnvironment,
    },
  });
  await gateway.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: gateway.gateway.state.secretIds[1],
      SecretString: JSON.stringify(support),
    }),
  );
  return {
    gateway,
    twilio,
    close: async () => {
      await gateway.close();
      expect(twilio.invalidRequests).toEqual([]);
      await twilio.close();
    },
  };
};

let firings = 0;
/** A firing of a trigger of its own. */
const firing = (changes: Form = {}): Form => {
  firings += 1;
  const triggerSid = `UT${String(firings).padStart(32, '0')}`;
  return usageForm({
    AccountSid: support.accountSid,
    DateFired: new Date().toUTCString().replace('GMT', '+0000'),
    IdempotencyToken: `${support.accountSid}-FIRES-${triggerSid}`,
    UsageTriggerSid: triggerSid,
    ...changes,
  });
};

const post = async ({ gateway }: World, form: Form, authToken = support.authToken): Promise<number> =>
  (await postForm(gateway.webhooks.usage, form, { authToken })).status;

/** What the breaker has decided about a trigger: by the sort keys of its rows, less the trigger. */
const decisionsOf = async ({ gateway }: World, form: Form): Promise<Readonly<Record<string, unknown>>> => {
  const rows = await gateway.itemsOf(`${String(form['AccountSid'])}#BREAKER`);
  const ofTrigger = rows.filter(({ triggerSid }) => triggerSid?.S === form['UsageTriggerSid']);
  return Object.fromEntries<unknown>(
    ofTrigger.map(({ sk, triggerSid, decision }) => [
      sk?.S?.replace(`#${triggerSid?.S ?? ''}`, '') ?? '',
      decision?.S,
    ]),
  );
};

/** The breaker's row of a firing, once it says so. */
const expectDecision = (world: World, form: Form, decision: string): Promise<void> =>
  eventually(async () => expect(Object.values(await decisionsOf(world, form))).toEqual([decision]));

const settled = async ({ gateway }: World): Promise<void> => {
  await eventually(async () => expect(await gateway.queued(breakerOf(gateway).queueUrl)).toBe(0));
};

describe('a stage with a breaker', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  /** The subaccount, spending again. */
  const spend = async () => {
    world.twilio.clearFaults();
    world.twilio.state.accounts.delete(support.accountSid);
    const subaccount = addSpendingSubaccount(world.twilio, parent.sid, support);
    await putBreakerSecret(world.gateway, parent, support.accountSid);
    return { ...subaccount, suspendedBefore: suspensions(world.twilio), told: world.gateway.notices.length };
  };

  test('suspends the subaccount once, ends its live calls, records it and tells people; a retry of Twilio changes nothing', async () => {
    const subaccount = await spend();
    const form = firing();
    expect(await post(world, form)).toBe(204);
    await expectDecision(world, form, 'tripped');
    expect(subaccount.status()).toBe('suspended');
    expect(subaccount.callStatuses()).toEqual(['completed', 'completed']);
    expect(world.gateway.notices.slice(subaccount.told)).toMatchObject([
      { subject: 'Twilio breaker tripped: subaccount "support" suspended (dev)' },
    ]);
    subaccount.account.status = 'active';
    expect(await post(world, form)).toBe(204);
    await world.gateway.logged(({ service, duplicate }) => service === 'breaker' && duplicate === true);
    await settled(world);
    expect(suspensions(world.twilio)).toBe(subaccount.suspendedBefore + 1);
    expect(subaccount.status()).toBe('active');
    expect(world.gateway.notices).toHaveLength(subaccount.told + 1);
  });

  test.each<[string, string, () => Form, string]>([
    [
      'a trigger that is not configured',
      'unknown_trigger',
      () => firing({ UsageCategory: 'calls' }),
      support.authToken,
    ],
    [
      'a trigger of the main account',
      'main_account',
      () => firing({ AccountSid: parent.sid }),
      parent.authToken,
    ],
    [
      'a value below the threshold',
      'below_threshold',
      () => firing({ CurrentValue: '49' }),
      support.authToken,
    ],
  ])('rejects %s: records %s, raises the alarm, stops nothing', async (_what, decision, form, authToken) => {
    const subaccount = await spend();
    world.gateway.clearLogs();
    const sent = form();
    expect(await post(world, sent, authToken)).toBe(204);
    await expectDecision(world, sent, decision);
    await world.gateway.logged((line) => line['BreakerRefused'] === 1);
    expect(suspensions(world.twilio)).toBe(subaccount.suspendedBefore);
    expect(subaccount.callStatuses()).toEqual(['in-progress', 'ringing']);
    expect(world.gateway.notices).toHaveLength(subaccount.told);
  });

  test.each([500, 429])(
    'tries again where Twilio answers %d, and is through at the third attempt',
    async (status) => {
      const subaccount = await spend();
      world.twilio.inject({ kind: 'status', status }, { operationId: 'UpdateAccount', times: 2 });
      const form = firing();
      expect(await post(world, form)).toBe(204);
      await expectDecision(world, form, 'tripped');
      expect(suspensions(world.twilio)).toBe(subaccount.suspendedBefore + 3);
      expect(subaccount.status()).toBe('suspended');
    },
  );

  test('a drill does not disarm it: the firing of the same day and trigger is acted on, and the drill runs once', async () => {
    const subaccount = await spend();
    world.gateway.clearLogs();
    const form = firing();
    const today = new Date(String(form['DateFired'])).toISOString().slice(0, 10);
    const drill = {
      ...form,
      GatewayDrill: '1',
      IdempotencyToken: `${String(form['IdempotencyToken'])}-drill`,
    };
    for (const token of [drill.IdempotencyToken, drill.IdempotencyToken, 'another']) {
      expect(await post(world, { ...drill, IdempotencyToken: token })).toBe(204);
      await eventually(async () =>
        expect(await decisionsOf(world, form)).toEqual({ [`DRILL#${today}`]: 'drill' }),
      );
      await settled(world);
    }
    const asked = world.twilio.requests.length;
    expect(suspensions(world.twilio)).toBe(subaccount.suspendedBefore);
    await eventually(() => {
      const of = (name: string) =>
        world.gateway.logs().filter((line) => line['service'] === 'breaker' && line[name] === 1).length;
      expect([of('BreakerDrill'), of('BreakerSuppressed')]).toEqual([1, 2]);
    });

    expect(await post(world, form)).toBe(204);
    await eventually(async () =>
      expect(await decisionsOf(world, form)).toEqual({
        [`DRILL#${today}`]: 'drill',
        [`BREAKER#${today}`]: 'tripped',
      }),
    );
    expect(subaccount.status()).toBe('suspended');
    expect(world.twilio.requests.length).toBeGreaterThan(asked);
  });

  test('rejects firings with the dates of years ahead, alarms, and acts on the firing of today', async () => {
    const subaccount = await spend();
    world.gateway.clearLogs();
    const form = firing();
    const dayMs = 86_400_000;
    const today = Date.parse(String(form['DateFired']));
    const ahead = [3, 4, 30, 365, 3650].map((days) => new Date(today + days * dayMs));
    for (const [at, date] of ahead.entries()) {
      const sent = { ...form, DateFired: date.toUTCString(), IdempotencyToken: `ahead-${at}` };
      expect(await post(world, sent)).toBe(204);
      await settled(world);
    }
    await eventually(() =>
      expect(world.gateway.logs().filter((line) => line['BreakerSuppressed'] === 1)).toHaveLength(5),
    );
    const arrived = new Date().toISOString().slice(0, 10);
    expect(await decisionsOf(world, form)).toEqual({ [`BREAKER#${arrived}#UNDATED`]: 'date_out_of_range' });
    expect(subaccount.status()).toBe('active');

    expect(await post(world, form)).toBe(204);
    await eventually(async () =>
      expect(await decisionsOf(world, form)).toMatchObject({
        [`BREAKER#${new Date(today).toISOString().slice(0, 10)}`]: 'tripped',
      }),
    );
    expect(subaccount.status()).toBe('suspended');
  });

  test('logs and stores no token and no telephone number', async () => {
    const kept = world.gateway.logText() + JSON.stringify(await world.gateway.items());
    for (const secret of [support.authToken, parent.authToken]) expect(kept).not.toContain(secret);
    // Nor where a call went: only how many were ended.
    expect(world.gateway.logText()).not.toMatch(/\+1555|CA[0-9a-f]{32}/);
  });

  describe('and the commands', () => {
    const directory = workingDirectory();
    let removeState: () => void;
    beforeAll(() => {
      removeState = writeStateFile(directory.path, world.gateway.gateway.state);
    });
    afterAll(async () => {
      removeState();
      await directory.remove();
    });
    /** `npx gateway …`, which reaches Twilio's double. */
    const gateway = (...args: readonly string[]) =>
      startProcess(
        process.execPath,
        ['--import', require.resolve('tsx'), `${projectRoot}/bin/gateway.ts`, ...args],
        { cwd: directory.path, env: environment({ TWILIO_API_BASE_URL: world.twilio.url }) },
      ).finished;

    test('a drill arrives, is signed by the account, and shows that the credentials are good', async () => {
      const subaccount = await spend();
      const { code, stdout } = await gateway('breaker', 'drill', '--json', '--wait', '30');
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, arrived: true, answered: '204' });
      expect(code).toBe(0);
      expect(suspensions(world.twilio)).toBe(subaccount.suspendedBefore);
    });

    test('what Twilio refuses for good waits as a dead letter, which doctor and list show, and redrive heals', async () => {
      const subaccount = await spend();
      world.twilio.inject({ kind: 'status', status: 503 }, { operationId: 'ListUsageRecord', times: 100 });
      const form = firing();
      expect(await post(world, form)).toBe(204);
      const { deadLetterQueueUrl } = breakerOf(world.gateway);
      await eventually(async () => expect(await world.gateway.queued(deadLetterQueueUrl)).toBe(1));
      await expectDecision(world, form, 'deciding');
      expect(subaccount.status()).toBe('active');
      const [doctor, list, status] = await Promise.all([
        gateway('doctor', '--json'),
        gateway('dead-letters', 'list', '--queue', 'breaker'),
        gateway('breaker', 'status'),
      ]);
      expect(doctor.code).toBe(1);
      expect(JSON.parse(doctor.stdout)).toMatchObject({
        findings: expect.arrayContaining([
          expect.objectContaining({ check: 'breaker-dead-letters' }),
        ]) as unknown,
      });
      expect(list.stdout).toContain('processing_failed');
      expect(status.code).toBe(1);
      expect(status.stdout).toContain("Twilio's API answered 503");

      world.twilio.clearFaults();
      const redrive = await gateway('dead-letters', 'redrive', '--queue', 'breaker', '--yes');
      expect(redrive).toMatchObject({ code: 0, stdout: '1 moved back\n' });
      await expectDecision(world, form, 'tripped');
      expect(subaccount.status()).toBe('suspended');
      expect(await world.gateway.queued(deadLetterQueueUrl)).toBe(0);
    });

    test('rearm is a human’s command: it says what it does, asks for --yes, and makes it active again', async () => {
      expect(await gateway('breaker', 'rearm', 'support')).toMatchObject({ code: 1, stdout: '' });
      const rearm = await gateway(
        'breaker',
        'rearm',
        'support',
        '--yes',
        '--reason',
        'the leaked key is revoked',
      );
      expect(rearm).toMatchObject({ code: 0, stdout: expect.stringContaining('is active again') as unknown });
      expect(world.twilio.state.accounts.get(support.accountSid)?.status).toBe('active');
      const { code, stdout } = await gateway('breaker', 'status', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        subaccounts: [{ name: 'support', accountSid: support.accountSid, status: 'active' }],
      });
      expect(stdout).toContain('the leaked key is revoked');
    });
  });
});

describe('a breaker', () => {
  test('is in dry run by default: it decides, records and tells, and does nothing', async () => {
    const { breaker } = stage;
    const world = await startWorld({ ...stage, breaker: { triggers: breaker?.triggers ?? [] } });
    try {
      const subaccount = addSpendingSubaccount(world.twilio, parent.sid, support);
      await putBreakerSecret(world.gateway, parent, support.accountSid);
      const form = firing();
      expect(await post(world, form)).toBe(204);
      await expectDecision(world, form, 'dry_run');
      expect(world.twilio.writes).toEqual([]);
      expect(subaccount.status()).toBe('active');
      expect(world.gateway.notices).toMatchObject([
        { subject: expect.stringContaining('dry run') as unknown },
      ]);
    } finally {
      await world.close();
    }
  });

  test('rejects a usage trigger with 503 where its queue cannot be reached, and takes every other webhook', async () => {
    // A port that nobody listens on.
    const world = await startWorld(stage, { BREAKER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/breaker' });
    try {
      expect(await post(world, firing())).toBe(503);
      const line = await world.gateway.logged(({ reason }) => reason === 'enqueue_failed');
      expect(line).toMatchObject({ status: 503, detail: "on the breaker's queue" });
      const event = { AccountSid: support.accountSid, Sid: `NO${'3'.repeat(32)}`, Level: 'ERROR' };
      expect((await postForm(world.gateway.webhooks.events, event, support)).status).toBe(204);
    } finally {
      await world.close();
    }
  });

  test('with the placeholder as its secret fails aloud, and keeps the trigger as a dead letter', async () => {
    const world = await startWorld();
    try {
      addSpendingSubaccount(world.twilio, parent.sid, support);
      expect(await post(world, firing())).toBe(204);
      const { deadLetterQueueUrl } = breakerOf(world.gateway);
      await eventually(async () => expect(await world.gateway.queued(deadLetterQueueUrl)).toBe(1));
      const line = await world.gateway.logged(({ errorName }) => errorName === 'BreakerConfigError');
      expect(line).toMatchObject({
        level: 'ERROR',
        detail: expect.stringContaining('placeholder') as unknown,
      });
      await world.gateway.logged((metric) => metric['ConfigError'] === 1 && metric['service'] === 'breaker');
      expect(world.twilio.requests).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
