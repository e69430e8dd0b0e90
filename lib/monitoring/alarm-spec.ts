import { TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm: what is watched, when it rings, and what it tells a human. */
export interface AlarmSpec {
  /** Construct id, stable: the alarm's name is made of it. */
  readonly id: string;
  /** The heading of `docs/runbook.md`, as an anchor. A test ties the two. */
  readonly runbookSection: string;
  /** One description: what happened and what it means. */
  readonly description: string;
  /** One metric, or metric math over several. */
  readonly metric: IMetric;
  /** The alarm rings at this value and above, or with `ringsBelow` below it. */
  readonly threshold: number;
  /** How many periods are looked at. @default 1 */
  readonly evaluationPeriods?: number;
  /** How many of them must breach. @default all */
  readonly datapointsToAlarm?: number;
  readonly ringsBelow?: boolean;
  readonly treatMissingData: TreatMissingData;
}

/**
 * Nothing happened, so nothing was counted: an idle gateway has no data points, and it is well.
 * `IGNORE` would keep a past alarm indefinitely, `MISSING` would be "insufficient data" on every quiet night.
 */
export const missingIsOk = TreatMissingData.NOT_BREACHING;
