import type { DoctorFinding } from '../../../cli/doctor/finding';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import type { UsageTriggerState } from '../../../cli/twilio/api/account-api';
import type { DeadLetterQueue } from '../../../cli/clients/ports';
import { fakeBreaker, fakeSecrets, run, secretText, type EnvironmentParts } from '../cli/fake-environment';
import { connectedEnvironment, fakeAccount, gatewayUrl, mainSid, mainToken, triggerState } from './fake-account';

const subSid = `AC${'2'.repeat(32)}`;
const parent = { accountSid: mainSid, authToken: mainToken };
const breakerSecret = JSON.stringify({ ...parent, subaccounts: { support: subSid } });

const queue = (visible: number): DeadLetterQueue => ({
  counts: () => Promise.resolve({ visible, inFlight: 0 }),
  receive: () => Promise.reject(new Error('not used')),
  release: () => Promise.reject(new Error('not used')),
  startMove: () => Promise.reject(new Error('not used')),
  latestMove: () => Promise.reject(new Error('not used')),
  movedSince: () => Promise.reject(new Error('not used')),
});

interface Case {
  readonly secret?: string;
  readonly waiting?: number;
  readonly breaker?: Partial<typeof fakeBreaker>;
  /** Usage triggers at Twilio, by account; an error if they cannot be read. */
  readonly triggers?: Readonly<Record<string, readonly UsageTriggerState[] | TwilioApiError>>;
  readonly target?: EnvironmentParts['target'];
}

/** The findings of `doctor` about the breaker, for a stage without other problems. */
const runDoctor = async (doctorCase: Case) => {
  const { triggers = { [subSid]: [triggerState()] } } = doctorCase;
  const { parts } = connectedEnvironment({}, fakeAccount(), {
    post: ({ url }) => {
      // Without the stage there is nothing.
      const status = new URL(url).pathname === '/messages' ? 404 : 415;
      return Promise.resolve({ kind: 'answer', status, contentType: '', body: '', durationMs: 1 });
    },
    alarmSubscriptions: () => Promise.resolve([{ isConfirmed: true }]),
    deadLetters: queue(0),
    breakerDeadLetters: queue(doctorCase.waiting ?? 0),
    secrets: fakeSecrets({
      AccountSecretsmain0123ABCD: { AWSCURRENT: secretText(mainSid, mainToken) },
      breaker: { AWSCURRENT: doctorCase.secret ?? breakerSecret },
    }),
    target: {
      alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:Alarms',
      breaker: { ...fakeBreaker, ...doctorCase.breaker },
      ...doctorCase.target,
    },
    twilio: {
      open: ({ accountSid, username, password }) => {
        expect({ username, password }).toEqual({ username: mainSid, password: mainToken });
        const found = triggers[accountSid] ?? [];
        const { api } = fakeAccount({ accountSid });
        return Promise.resolve({
          ...api,
          usageTriggers: () => (found instanceof TwilioApiError ? Promise.reject(found) : Promise.resolve(found)),
        });
      },
    },
  });
  const result = await run(['doctor', '--json'], parts);
  const report = JSON.parse(result.data) as {
    readonly findings: readonly DoctorFinding[];
    readonly skipped: readonly { readonly check: string }[];
  };
  return { ...result, ...report };
};

describe("doctor on a stage's circuit breaker", () => {
  it('finds nothing if the breaker is armed and its trigger exists', async () => {
    const { exitCode, findings } = await runDoctor({});
    expect(findings).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it.each<[string, Case, string, RegExp, RegExp]>([
    [
      'the placeholder in its secret',
      { secret: JSON.stringify({ accountSid: 'CHANGE_ME' }) },
      'breaker-secret',
      /still the placeholder/,
      /breaker secret --stage dev/,
    ],
    ['a damaged secret', { secret: '{' }, 'breaker-secret', /not JSON/, /breaker secret/],
    [
      'a secret that lacks a configured subaccount',
      { secret: JSON.stringify({ ...parent, subaccounts: {} }) },
      'breaker-secret',
      /lacks this subaccount/,
      /--subaccount/,
    ],
    [
      'dead letters of its own',
      { waiting: 2 },
      'breaker-dead-letters',
      /2 usage triggers wait/,
      /--queue breaker --stage dev/,
    ],
    ['a trigger that does not exist', { triggers: {} }, 'breaker-trigger', /no usage trigger/, /twilio apply/],
    [
      'a trigger that calls elsewhere',
      { triggers: { [subSid]: [triggerState({ callbackUrl: 'https://old.example.com/usage' })] } },
      'breaker-trigger',
      new RegExp(`calls ${gatewayUrl}/usage`),
      /apply/,
    ],
    [
      'a trigger of another recurrence',
      { triggers: { [subSid]: [triggerState({ recurring: 'monthly' })] } },
      'breaker-trigger',
      /totalprice, daily, by price/,
      /apply/,
    ],
    [
      'a Twilio that refuses the credentials',
      { triggers: { [subSid]: new TwilioApiError(401, 20003) } },
      'twilio',
      /answered 401/,
      /refused/,
    ],
  ])('rejects %s, and names the next step', async (_what, doctorCase, check, text, next) => {
    const { exitCode, findings } = await runDoctor(doctorCase);
    expect(exitCode).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({
        level: 'problem',
        check,
        text: expect.stringMatching(text) as string,
        next: expect.stringMatching(next) as string,
      }),
    ]);
  });

  it('reports a dry run as advice, not as a problem', async () => {
    const { exitCode, findings } = await runDoctor({ breaker: { dryRun: true } });
    expect(findings).toMatchObject([{ level: 'advice', check: 'breaker-dry-run' }]);
    expect(exitCode).toBe(0);
  });

  it('looks for a trigger that is configured by its SID in the parent account, too', async () => {
    const sid = `UT${'7'.repeat(32)}`;
    const breaker = { triggers: fakeBreaker.triggers.map((trigger) => ({ ...trigger, sid })) };
    expect((await runDoctor({ breaker, triggers: { [mainSid]: [triggerState({ sid })] } })).findings).toEqual([]);
    expect((await runDoctor({ breaker })).findings).toMatchObject([{ check: 'breaker-trigger' }]);
  });

  it('does not look for triggers at the local gateway, which Twilio cannot call', async () => {
    const { findings, skipped } = await runDoctor({
      triggers: {},
      target: {
        connection: { kind: 'local', region: 'x', endpoints: { sqs: '', dynamodb: '', secretsmanager: '', sns: '' } },
      },
    });
    // The fake's two addresses are the same, as without a tunnel.
    expect(findings).toEqual([]);
    expect(skipped).toContainEqual(expect.objectContaining({ check: 'breaker-trigger' }));
  });
});
