import { triggerFaults, type BreakerTrigger } from '../../lambda/shared/breaker/breaker-trigger';

/** The circuit breaker of a stage, as a person configures it in `lib/stages.ts`. */
export interface BreakerOptions {
  /**
   * Decide and tell, but suspend nothing. Switch it off when a drill and a dry run have shown what you expect.
   * @default true
   */
  readonly dryRun?: boolean;
  /** Which usage trigger stops which subaccount. The main account can be no target. */
  readonly triggers: readonly BreakerTrigger[];
}

/** With every default filled in. */
export interface BreakerStage {
  readonly dryRun: boolean;
  readonly triggers: readonly BreakerTrigger[];
}

/**
 * CloudFormation allows 200 outputs in a stack; the others have room for 50.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const maxTriggers = 150;

/**
 * Fills in the defaults and checks.
 * @param accounts the names of the accounts whose webhooks the stage accepts
 * @returns faults as lines: the key, what was got, what is allowed
 */
export const resolveBreaker = (
  options: BreakerOptions | undefined,
  accounts: readonly string[],
): { readonly breaker: BreakerStage | undefined; readonly faults: readonly string[] } => {
  if (options === undefined) return { breaker: undefined, faults: [] };
  const { dryRun = true, triggers } = options;
  const faults: string[] = [];
  if (triggers.length === 0) {
    faults.push(
      "breaker.triggers is empty: give at least one, e.g. { target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }, or leave breaker out",
    );
  }
  if (triggers.length > maxTriggers) {
    faults.push(
      `breaker.triggers has ${triggers.length} entries: give at most ${maxTriggers}. Each is an output of the stack, of which CloudFormation allows 200`,
    );
  }
  triggers.forEach((trigger, at) => {
    // Optional keys may be absent, which the check takes for undefined.
    const checked: Readonly<Record<keyof BreakerTrigger, unknown>> = {
      sid: undefined,
      minTriggerValue: undefined,
      ...trigger,
    };
    for (const fault of triggerFaults(checked)) faults.push(`breaker.triggers[${at}].${fault}`);
    // It would never trip, and nobody would know before the money is gone.
    if (trigger.sid === undefined && !accounts.includes(trigger.target)) {
      faults.push(
        `breaker.triggers[${at}].target is ${JSON.stringify(trigger.target)}, which accounts lacks: a subaccount's triggers are signed with its own Auth Token. Name it there, or give the sid of a trigger of the main account`,
      );
    }
  });
  return { breaker: { dryRun, triggers }, faults };
};
