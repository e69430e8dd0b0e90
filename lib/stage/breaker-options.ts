import { triggerFieldProblems, type BreakerTrigger } from '../../lambda/shared/breaker/breaker-trigger';
import type { Problems } from './problems';

/** The circuit breaker of a stage, as `lib/stages.ts` configures it. */
export interface BreakerOptions {
  /**
   * Decide and notify, but suspend nothing. Switch it off after a drill and a dry run have shown what you expect.
   * @default true
   */
  readonly dryRun?: boolean;
  /** Which usage trigger suspends which subaccount. The parent account cannot be a target. */
  readonly triggers: readonly BreakerTrigger[];
}

/** The same with every default filled in. */
export interface BreakerSettings {
  readonly dryRun: boolean;
  readonly triggers: readonly BreakerTrigger[];
}

/**
 * CloudFormation allows 200 outputs in a stack; each trigger is one, and up to 50 are something else.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const maxTriggers = 150;

export const resolveBreaker = (options: BreakerOptions | undefined): BreakerSettings | undefined =>
  options && { dryRun: options.dryRun ?? true, triggers: options.triggers };

/** @param accounts the names of the accounts whose webhooks the stage accepts */
export const breakerProblems = (settings: BreakerSettings | undefined, accounts: readonly string[]): Problems =>
  settings === undefined
    ? []
    : [
        ...countProblems(settings.triggers.length),
        ...settings.triggers.flatMap((trigger, at) =>
          triggerProblems(trigger, accounts).map((problem) => `breaker.triggers[${at}].${problem}`),
        ),
      ];

const countProblems = (count: number): Problems => {
  if (count === 0) {
    return [
      'breaker.triggers is empty: give at least one, for example ' +
        "{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }, or remove breaker",
    ];
  }
  if (count <= maxTriggers) return [];
  return [
    `breaker.triggers has ${count} entries: give at most ${maxTriggers}. ` +
      'Each is an output of the stack, of which CloudFormation allows 200',
  ];
};

const triggerProblems = (trigger: BreakerTrigger, accounts: readonly string[]): Problems => {
  // An optional key that is absent is checked as undefined.
  const allKeys: Readonly<Record<keyof BreakerTrigger, unknown>> = {
    sid: undefined,
    minTriggerValue: undefined,
    ...trigger,
  };
  const canBeVerified = trigger.sid !== undefined || accounts.includes(trigger.target);
  return [
    ...triggerFieldProblems(allKeys),
    // The breaker would never trip, and nobody would notice before the money is spent.
    ...(canBeVerified
      ? []
      : [
          `target is ${JSON.stringify(trigger.target)}, which is not in accounts: ` +
            "a subaccount's triggers are signed with its own Auth Token. " +
            'Add it to accounts, or give the sid of a trigger of the parent account',
        ]),
  ];
};
