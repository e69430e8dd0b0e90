import { Command, CommanderError } from 'commander';
import { createColors } from 'picocolors';
import type { SecretStore } from '../../../../cli/clients/ports';
import type { DecisionStore, DecisionView, RearmRecord } from '../../../../cli/breaker/decisions';
import type { Subaccounts } from '../../../../cli/breaker/subaccounts';
import { registerBreaker } from '../../../../cli/breaker/command';
import { describeFailure } from '../../../../cli/terminal/failure';
import type { PostAnswer, PostRequest } from '../../../../cli/clients/post';
import type { CommandContext } from '../../../../cli/context';
import type { BreakerPlace } from '../../../../lambda/shared/breaker/breaker-record';
import { accountSid, authToken, fakeBreaker, fakeSecrets, fakeTarget, secretText } from '../../cli/fake-environment';
import { parentSid, subaccountSid } from '../firings';

const breakerSecret = JSON.stringify({
  accountSid: parentSid,
  authToken: 'dummy-parent-token',
  subaccounts: { support: subaccountSid },
});

export interface CliParts {
  readonly breakerSecret?: string;
  /** The secret of Basic authentication, where the stage asks for it. */
  readonly basicSecret?: string;
  /** False: the stage has no breaker. */
  readonly hasBreaker?: boolean;
  readonly status?: string | Error;
  readonly rows?: readonly DecisionView[];
  readonly drills?: readonly DecisionView[];
  /** Answers a read of a firing's row. @param read counts from 1 */
  readonly find?: (place: BreakerPlace, read: number) => DecisionView | undefined;
  readonly answer?: PostAnswer;
  readonly confirm?: CommandContext['confirm'];
  readonly hidden?: string;
  /** Of the steps that change something. */
  readonly fail?: 'closeOpen' | 'activate' | 'writeRearm';
}

export interface CliRun {
  readonly exitCode: number;
  readonly data: string;
  readonly notes: string;
  /** What was changed, in order. */
  readonly effects: readonly string[];
  readonly posts: readonly PostRequest[];
  readonly rearms: readonly RearmRecord[];
  readonly stored: ReadonlyMap<string, string>;
  readonly askedAccounts: readonly string[];
}

export const decision = (changes: Partial<DecisionView> = {}): DecisionView => ({
  at: '2026-11-22T10:00:01.000Z',
  decision: 'tripped',
  detail: null,
  accountSid: subaccountSid,
  targetSid: subaccountSid,
  triggerSid: `UT${'0'.repeat(31)}1`,
  usage: '51.000000',
  triggerValue: '50.000000',
  callsEnded: 2,
  lastReplayAt: null,
  lastFault: null,
  ...changes,
});

/** Runs `gateway breaker …` in an environment that throws for every part that the test does not provide. */
export const runBreaker = async (args: readonly string[], parts: CliParts = {}): Promise<CliRun> => {
  const data: string[] = [];
  const notes: string[] = [];
  const effects: string[] = [];
  const posts: PostRequest[] = [];
  const rearms: RearmRecord[] = [];
  const askedAccounts: string[] = [];
  const stored = new Map<string, string>();
  let exitCode = 0;
  let reads = 0;
  let status = parts.status ?? 'active';
  const effect = (name: NonNullable<CliParts['fail']>): Promise<void> => {
    if (parts.fail === name) return Promise.reject(new Error(`${name} fails`));
    effects.push(name);
    return Promise.resolve();
  };
  const decisions: DecisionStore = {
    recent: (accountSids, limit) => {
      askedAccounts.push(...accountSids);
      return Promise.resolve((parts.rows ?? []).slice(0, limit));
    },
    recentDrills: (_accountSids, limit) => Promise.resolve((parts.drills ?? []).slice(0, limit)),
    find: (place) => Promise.resolve(parts.find?.(place, (reads += 1))),
    closeOpen: async () => {
      await effect('closeOpen');
      return 1;
    },
    writeRearm: async (record) => {
      await effect('writeRearm');
      rearms.push(record);
    },
  };
  const subaccounts: Subaccounts = {
    status: () => (status instanceof Error ? Promise.reject(status) : Promise.resolve(status)),
    activate: async () => {
      await effect('activate');
      status = 'active';
    },
  };
  const secrets: SecretStore = fakeSecrets(
    {
      'first-account': { AWSCURRENT: secretText(accountSid, authToken) },
      breaker: { AWSCURRENT: parts.breakerSecret ?? breakerSecret },
      ...(parts.basicSecret === undefined ? {} : { basic: { AWSCURRENT: parts.basicSecret } }),
    },
    stored,
  );
  const absent = (what: string) => () => Promise.reject(new Error(`the test provides no ${what}`));
  const { signal } = new AbortController();
  const context: CommandContext = {
    output: { data: (text) => data.push(text), note: (text) => notes.push(text) },
    paint: createColors(false),
    signal,
    confirm: parts.confirm,
    readHidden: () => (parts.hidden === undefined ? absent('hidden input')() : Promise.resolve(parts.hidden)),
    readInput: absent('input'),
    choice: () => ({}),
    openBackend: () =>
      Promise.resolve({
        target: {
          ...fakeTarget,
          ...(parts.hasBreaker === false ? {} : { breaker: fakeBreaker }),
          ...(parts.basicSecret === undefined ? {} : { basicAuthSecretId: 'basic' }),
        },
        secrets: () => Promise.resolve(secrets),
        messages: absent('messages'),
        events: absent('events'),
        webhooks: absent('webhooks'),
        optOuts: absent('opt-outs'),
        decisions: () => Promise.resolve(decisions),
        deadLetters: absent('dead letters'),
        queueCounts: absent('queue counts'),
      }),
    post: (request) => {
      posts.push(request);
      return Promise.resolve(parts.answer ?? { kind: 'answer', status: 204, contentType: '', body: '', durationMs: 1 });
    },
    twilio: {
      config: absent('configuration'),
      variable: () => undefined,
      open: absent('Twilio account'),
      writePrivateFile: absent('place'),
    },
    workingDirectory: () => '/',
    stageNames: absent('stages'),
    runDev: absent('local gateway'),
    now: () => new Date('2026-11-22T10:30:00.000Z'),
    sleep: () => Promise.resolve(),
    exitWithFailure: () => {
      exitCode = 1;
    },
  };
  const program = new Command('gateway').exitOverride().configureOutput({
    writeOut: (text) => data.push(text),
    writeErr: (text) => notes.push(text),
  });
  registerBreaker(program.command('breaker'), context, () => Promise.resolve(subaccounts));
  for (const command of program.commands.flatMap((topLevel) => [topLevel, ...topLevel.commands]))
    command.copyInheritedSettings(program);
  try {
    await program.parseAsync(['breaker', ...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      const failure = describeFailure(error, signal);
      notes.push(failure.text);
      exitCode = failure.exitCode;
    }
  }
  return {
    exitCode,
    data: data.join('\n'),
    notes: notes.join('\n'),
    effects,
    posts,
    rearms,
    stored,
    askedAccounts,
  };
};
