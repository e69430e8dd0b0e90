import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm in CloudWatch's words. `Alarms` creates it. */
export interface AlarmSpec {
  /** Construct id. The alarm's name is derived from it, so a new id replaces the alarm. */
  readonly id: string;
  /** Anchor of a heading in `docs/runbook.md`. A test compares the two. */
  readonly runbookSection: string;
  /** One sentence for the operator: what happened and what it means. */
  readonly description: string;
  /** One metric, or metric math over several. */
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparisonOperator?: ComparisonOperator;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default all evaluation periods */
  readonly datapointsToAlarm?: number;
  /**
   * Most metrics count errors, so no data means that nothing failed. `IGNORE` would keep an old alarm indefinitely, and
   * `MISSING` would turn every quiet night into "insufficient data".
   * @default TreatMissingData.NOT_BREACHING
   */
  readonly treatMissingData?: TreatMissingData;
}
