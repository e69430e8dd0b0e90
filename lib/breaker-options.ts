import { triggerFaults, type BreakerTrigger } from '../lambda/shared/breaker-trigger';

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
 * Fills in the defaults and checks.
 * @param faults gets one line per fault: the key, what was got, what is allowed
 */
export const resolveBreaker = (
  options: BreakerOptions | undefined,
  faults: string[],
): BreakerStage | undefined => {
  if (options === undefined) return undefined;
  const { dryRun = true, triggers } = options;
  if (triggers.length === 0) {
    faults.push(
      "breaker.triggers is empty: give at least one, e.g. { target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }, or leave breaker out",
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
  });
  return { dryRun, triggers };
};
