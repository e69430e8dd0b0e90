import { settleRange, windowRange } from '../../../lambda/shared/reconciliation/limits';
import { statusChoices, type StatusChoice } from '../../../lambda/shared/reconciliation/find-missing';
import { integerProblems, type Problems } from '../problems';

/** Options of the comparison with Twilio's list. */
export interface ReconciliationOptions {
  /**
   * Minutes between two comparisons, 5 to 30.
   * @default 15
   */
  readonly everyMinutes?: number;
  /**
   * How far each comparison looks back, 1 to 720 hours. Twilio's list may be hours late.
   * @default 24
   */
  readonly windowHours?: number;
  /**
   * A message younger than this is not missing yet, because its webhook may be on its way: 1 to 60 minutes.
   * @default 5
   */
  readonly settleMinutes?: number;
  /**
   * Which outgoing messages are checked for a missing status: `known` only those in the table, `all` every message in
   * Twilio's list, `none` none. An account that also sends messages without status callbacks needs `known`.
   * @default 'known'
   */
  readonly statuses?: 'known' | 'all' | 'none';
}

export interface ReconciliationSettings {
  readonly everyMinutes: number;
  readonly windowHours: number;
  readonly settleMinutes: number;
  readonly statuses: StatusChoice;
}

export const resolveReconciliation = (
  options: boolean | ReconciliationOptions | undefined,
): ReconciliationSettings | undefined => {
  if (options === undefined || options === false) return undefined;
  return {
    everyMinutes: 15,
    windowHours: 24,
    settleMinutes: 5,
    statuses: 'known',
    ...(options === true ? {} : options),
  };
};

export const reconciliationProblems = (settings: ReconciliationSettings | undefined): Problems =>
  settings === undefined
    ? []
    : [
        // The alarm on a reconciliation that does not complete looks at one hour.
        ...integerProblems('reconciliation.everyMinutes', settings.everyMinutes, 5, 30),
        ...integerProblems('reconciliation.windowHours', settings.windowHours, windowRange.min, windowRange.max),
        ...integerProblems('reconciliation.settleMinutes', settings.settleMinutes, settleRange.min, settleRange.max),
        ...(statusChoices.includes(settings.statuses)
          ? []
          : [
              `reconciliation.statuses is ${JSON.stringify(settings.statuses)}: it must be ` +
                statusChoices.map((choice) => `'${choice}'`).join(', '),
            ]),
      ];
