import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { developmentAccount } from '../../local/accounts';
import { writeStateFile } from '../../local/state-file';
import type { StageOptions } from '../../lib/stage/stage-options';
import { addSpendingSubaccount, breakerOf, putBreakerSecret, suspensions } from '../helpers/breaker-fixture';
import { builtProgram } from '../helpers/built-programs';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import { postForm, usageForm, type Form } from '../helpers/webhooks';
import { environment, eventually, startProcess, workingDirectory } from './gateway-process';

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

interface BreakerFixture {
  readonly gateway: StageGateway;
  readonly twilio: TwilioDouble;
  close(): Promise<void>;
}

/** A gateway whose subaccount signs with its own token, and a double of Twilio's API. */
const startFixture = async (
  options: StageOptions = stage,
  functionEnvironment: Readonly<Record<string, string>> = {},
): Promise<BreakerFixture> => {
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
/** A firing of a new trigger. */
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

const post = async ({ gateway }: BreakerFixture, form: Form, authToken = support.authToken): Promise<number> =>
  (await postForm(gateway.webhooks.usage, form, { authToken })).status;

/** The breaker's decisions about a trigger, by the sort keys of its rows without the trigger. */
const decisionsOf = async ({ gateway }: BreakerFixture, form: Form): Promise<Readonly<Record<string, unknown>>> => {
  const rows = await gateway.itemsOf(`${String(form['AccountSid'])}#BREAKER`);
  const ofTrigger = rows.filter(({ triggerSid }) => triggerSid?.S === form['UsageTriggerSid']);
  return Object.fromEntries<unknown>(
    ofTrigger.map(({ sk, triggerSid, decision }) => [sk?.S?.replace(`#${triggerSid?.S ?? ''}`, '') ?? '', decision?.S]),
  );
};

/** Waits for the breaker's decision about a firing. */
const expectDecision = (fixture: BreakerFixture, form: Form, decision: string): Promise<void> =>
  eventually(async () => expect(Object.values(await decisionsOf(fixture, form))).toEqual([decision]));

const settled = async ({ gateway }: BreakerFixture): Promise<void> => {
  await eventually(async () => expect(await gateway.queued(breakerOf(gateway).queueUrl)).toBe(0));
};

describe('a stage with a breaker', () => {
  let fixture: BreakerFixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.close());
  /** Replaces the subaccount by an active one that spends. */
  const spend = async () => {
    fixture.twilio.clearFaults();
    fixture.twilio.state.accounts.delete(support.accountSid);
    const subaccount = addSpendingSubaccount(fixture.twilio, parent.sid, support);
    await putBreakerSecret(fixture.gateway, parent, support.accountSid);
    return {
      ...subaccount,
      suspendedBefore: suspensions(fixture.twilio),
      noticesBefore: fixture.gateway.notices.length,
    };
  };

  test('suspends the subaccount once, ends its calls, records it and notifies; a retry has no effect', async () => {
    const subaccount = await spend();
    const form = firing();
    expect(await post(fixture, form)).toBe(204);
    await expectDecision(fixture, form, 'tripped');
    expect(subaccount.status()).toBe('suspended');
    expect(subaccount.callStatuses()).toEqual(['completed', 'completed']);
    expect(fixture.gateway.notices.slice(subaccount.noticesBefore)).toMatchObject([
      { subject: 'Twilio breaker tripped: subaccount "support" suspended (dev)' },
    ]);
    subaccount.account.status = 'active';
    expect(await post(fixture, form)).toBe(204);
    await fixture.gateway.logged(({ service, duplicate }) => service === 'breaker' && duplicate === true);
    await settled(fixture);
    expect(suspensions(fixture.twilio)).toBe(subaccount.suspendedBefore + 1);
    expect(subaccount.status()).toBe('active');
    expect(fixture.gateway.notices).toHaveLength(subaccount.noticesBefore + 1);
  });

  test.each<[string, string, () => Form, string]>([
    [
      'a trigger that is not configured',
      'unknown_trigger',
      () => firing({ UsageCategory: 'calls' }),
      support.authToken,
    ],
    ['a trigger of the parent account', 'main_account', () => firing({ AccountSid: parent.sid }), parent.authToken],
    ['a value below the threshold', 'below_threshold', () => firing({ CurrentValue: '49' }), support.authToken],
  ])('rejects %s: records %s, raises the alarm, stops nothing', async (_what, decision, form, authToken) => {
    const subaccount = await spend();
    fixture.gateway.clearLogs();
    const sent = form();
    expect(await post(fixture, sent, authToken)).toBe(204);
    await expectDecision(fixture, sent, decision);
    await fixture.gateway.logged((line) => line['BreakerRefused'] === 1);
    expect(suspensions(fixture.twilio)).toBe(subaccount.suspendedBefore);
    expect(subaccount.callStatuses()).toEqual(['in-progress', 'ringing']);
    expect(fixture.gateway.notices).toHaveLength(subaccount.noticesBefore);
  });

  test.each([500, 429])('tries again if Twilio answers %d, and succeeds at the third attempt', async (status) => {
    const subaccount = await spend();
    fixture.twilio.inject({ kind: 'status', status }, { operationId: 'UpdateAccount', times: 2 });
    const form = firing();
    expect(await post(fixture, form)).toBe(204);
    await expectDecision(fixture, form, 'tripped');
    expect(suspensions(fixture.twilio)).toBe(subaccount.suspendedBefore + 3);
    expect(subaccount.status()).toBe('suspended');
  });

  test('a drill runs once and does not disarm it: a firing of the same day and trigger still trips', async () => {
    const subaccount = await spend();
    fixture.gateway.clearLogs();
    const form = firing();
    const today = new Date(String(form['DateFired'])).toISOString().slice(0, 10);
    const drill = {
      ...form,
      GatewayDrill: '1',
      IdempotencyToken: `${String(form['IdempotencyToken'])}-drill`,
    };
    for (const token of [drill.IdempotencyToken, drill.IdempotencyToken, 'another']) {
      expect(await post(fixture, { ...drill, IdempotencyToken: token })).toBe(204);
      await eventually(async () => expect(await decisionsOf(fixture, form)).toEqual({ [`DRILL#${today}`]: 'drill' }));
      await settled(fixture);
    }
    const asked = fixture.twilio.requests.length;
    expect(suspensions(fixture.twilio)).toBe(subaccount.suspendedBefore);
    await eventually(() => {
      const of = (name: string) =>
        fixture.gateway.logs().filter((line) => line['service'] === 'breaker' && line[name] === 1).length;
      expect([of('BreakerDrill'), of('BreakerSuppressed')]).toEqual([1, 2]);
    });

    expect(await post(fixture, form)).toBe(204);
    await eventually(async () =>
      expect(await decisionsOf(fixture, form)).toEqual({
        [`DRILL#${today}`]: 'drill',
        [`BREAKER#${today}`]: 'tripped',
      }),
    );
    expect(subaccount.status()).toBe('suspended');
    expect(fixture.twilio.requests.length).toBeGreaterThan(asked);
  });

  test('rejects firings dated days or years ahead, counts them, and acts on the firing of today', async () => {
    const subaccount = await spend();
    fixture.gateway.clearLogs();
    const form = firing();
    const dayMs = 86_400_000;
    const today = Date.parse(String(form['DateFired']));
    const ahead = [3, 4, 30, 365, 3650].map((days) => new Date(today + days * dayMs));
    for (const [at, date] of ahead.entries()) {
      const sent = { ...form, DateFired: date.toUTCString(), IdempotencyToken: `ahead-${at}` };
      expect(await post(fixture, sent)).toBe(204);
      await settled(fixture);
    }
    await eventually(() =>
      expect(fixture.gateway.logs().filter((line) => line['BreakerSuppressed'] === 1)).toHaveLength(5),
    );
    const arrived = new Date().toISOString().slice(0, 10);
    expect(await decisionsOf(fixture, form)).toEqual({ [`BREAKER#${arrived}#UNDATED`]: 'date_out_of_range' });
    expect(subaccount.status()).toBe('active');

    expect(await post(fixture, form)).toBe(204);
    await eventually(async () =>
      expect(await decisionsOf(fixture, form)).toMatchObject({
        [`BREAKER#${new Date(today).toISOString().slice(0, 10)}`]: 'tripped',
      }),
    );
    expect(subaccount.status()).toBe('suspended');
  });

  test('logs and stores no token and no telephone number', async () => {
    const kept = fixture.gateway.logText() + JSON.stringify(await fixture.gateway.items());
    for (const secret of [support.authToken, parent.authToken]) expect(kept).not.toContain(secret);
    // The log says how many calls were ended, not which.
    expect(fixture.gateway.logText()).not.toMatch(/\+1555|CA[0-9a-f]{32}/);
  });

  describe('and the commands', () => {
    const directory = workingDirectory();
    let removeState: () => void;
    beforeAll(() => {
      removeState = writeStateFile(directory.path, fixture.gateway.gateway.state);
    });
    afterAll(async () => {
      removeState();
      await directory.remove();
    });
    /** Runs `npx gateway …` against the double of Twilio's API. */
    const gateway = (...args: readonly string[]) =>
      startProcess(process.execPath, [...builtProgram('bin/gateway.ts'), ...args], {
        cwd: directory.path,
        env: environment({ TWILIO_API_BASE_URL: fixture.twilio.url }),
      }).finished;

    test('a drill arrives, signed by the account, and proves that the credentials work', async () => {
      const subaccount = await spend();
      const { code, stdout } = await gateway('breaker', 'drill', '--json', '--wait', '30');
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, arrived: true, answered: '204' });
      expect(code).toBe(0);
      expect(suspensions(fixture.twilio)).toBe(subaccount.suspendedBefore);
    });

    test('a firing becomes a dead letter if Twilio keeps failing, is shown, and is processed by a redrive', async () => {
      const subaccount = await spend();
      fixture.twilio.inject({ kind: 'status', status: 503 }, { operationId: 'ListUsageRecord', times: 100 });
      const form = firing();
      expect(await post(fixture, form)).toBe(204);
      const { deadLetterQueueUrl } = breakerOf(fixture.gateway);
      await eventually(async () => expect(await fixture.gateway.queued(deadLetterQueueUrl)).toBe(1));
      await expectDecision(fixture, form, 'deciding');
      expect(subaccount.status()).toBe('active');
      const [doctor, list, status] = await Promise.all([
        gateway('doctor', '--json'),
        gateway('dead-letters', 'list', '--queue', 'breaker'),
        gateway('breaker', 'status'),
      ]);
      expect(doctor.code).toBe(1);
      expect(JSON.parse(doctor.stdout)).toMatchObject({
        findings: expect.arrayContaining([expect.objectContaining({ check: 'breaker-dead-letters' })]) as unknown,
      });
      expect(list.stdout).toContain('processing_failed');
      expect(status.code).toBe(1);
      expect(status.stdout).toContain("Twilio's API answered 503");

      fixture.twilio.clearFaults();
      const redrive = await gateway('dead-letters', 'redrive', '--queue', 'breaker', '--yes');
      expect(redrive).toMatchObject({ code: 0, stdout: '1 moved back\n' });
      await expectDecision(fixture, form, 'tripped');
      expect(subaccount.status()).toBe('suspended');
      expect(await fixture.gateway.queued(deadLetterQueueUrl)).toBe(0);
    });

    test('rearm asks for --yes, makes the subaccount active again and records the reason', async () => {
      expect(await gateway('breaker', 'rearm', 'support')).toMatchObject({ code: 1, stdout: '' });
      const rearm = await gateway('breaker', 'rearm', 'support', '--yes', '--reason', 'the leaked key is revoked');
      expect(rearm).toMatchObject({ code: 0, stdout: expect.stringContaining('is active again') as unknown });
      expect(fixture.twilio.state.accounts.get(support.accountSid)?.status).toBe('active');
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
  test('is in dry run by default: it decides, records and notifies, and suspends nothing', async () => {
    const { breaker } = stage;
    const fixture = await startFixture({ ...stage, breaker: { triggers: breaker?.triggers ?? [] } });
    try {
      const subaccount = addSpendingSubaccount(fixture.twilio, parent.sid, support);
      await putBreakerSecret(fixture.gateway, parent, support.accountSid);
      const form = firing();
      expect(await post(fixture, form)).toBe(204);
      await expectDecision(fixture, form, 'dry_run');
      expect(fixture.twilio.writes).toEqual([]);
      expect(subaccount.status()).toBe('active');
      expect(fixture.gateway.notices).toMatchObject([{ subject: expect.stringContaining('dry run') as unknown }]);
    } finally {
      await fixture.close();
    }
  });

  test('rejects a usage trigger with 503 if its queue cannot be reached, and accepts every other webhook', async () => {
    // A port without a listener.
    const fixture = await startFixture(stage, {
      BREAKER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/breaker',
    });
    try {
      expect(await post(fixture, firing())).toBe(503);
      const line = await fixture.gateway.logged(({ reason }) => reason === 'enqueue_failed');
      expect(line).toMatchObject({ status: 503, detail: "on the breaker's queue" });
      const event = { AccountSid: support.accountSid, Sid: `NO${'3'.repeat(32)}`, Level: 'ERROR' };
      expect((await postForm(fixture.gateway.webhooks.events, event, support)).status).toBe(204);
    } finally {
      await fixture.close();
    }
  });

  test('logs an error and leaves the trigger as a dead letter while its secret is the placeholder', async () => {
    const fixture = await startFixture();
    try {
      addSpendingSubaccount(fixture.twilio, parent.sid, support);
      expect(await post(fixture, firing())).toBe(204);
      const { deadLetterQueueUrl } = breakerOf(fixture.gateway);
      await eventually(async () => expect(await fixture.gateway.queued(deadLetterQueueUrl)).toBe(1));
      const line = await fixture.gateway.logged(({ errorName }) => errorName === 'BreakerConfigError');
      expect(line).toMatchObject({
        level: 'ERROR',
        detail: expect.stringContaining('placeholder') as unknown,
      });
      await fixture.gateway.logged((metric) => metric['ConfigError'] === 1 && metric['service'] === 'breaker');
      expect(fixture.twilio.requests).toEqual([]);
    } finally {
      await fixture.close();
    }
  });
});
