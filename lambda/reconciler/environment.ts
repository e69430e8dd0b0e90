import { statusChoices, type StatusChoice } from '../shared/reconciliation/find-missing';
import { settleRange, windowRange } from '../shared/reconciliation/limits';
import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';

/** The reconciler's environment: the stack sets exactly these variables, and the handler reads exactly these. */
export interface ReconcilerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly EVENT_QUEUE_URL: string;
  readonly RECONCILER_SECRET_ARN: string;
  /** How far each cycle looks back. */
  readonly WINDOW_HOURS: string;
  /** A younger message is not counted as missed yet. */
  readonly SETTLE_MINUTES: string;
  /** `known`, `all` or `none`. */
  readonly STATUSES: string;
}

export interface ReconcilerSettings {
  readonly stageName: string;
  readonly tableName: string;
  readonly eventQueueUrl: string;
  readonly secretArn: string;
  readonly windowHours: number;
  readonly settleMinutes: number;
  readonly statuses: StatusChoice;
  /** Set by the local gateway and by tests: where Twilio's REST API is. */
  readonly twilioApiBaseUrl: string | undefined;
}

export const parseReconcilerEnvironment = (env: Environment): ReconcilerSettings =>
  readEnvironment<keyof ReconcilerEnvironment | 'TWILIO_API_BASE_URL', ReconcilerSettings>(
    'the reconciler',
    env,
    (reader) => {
      const statuses = reader.text('STATUSES', { pattern: /^(?:known|all|none)$/, allowed: statusChoices.join(', ') });
      return {
        stageName: reader.text('STAGE_NAME'),
        tableName: reader.text('TABLE_NAME'),
        eventQueueUrl: reader.text('EVENT_QUEUE_URL', queueUrl),
        secretArn: reader.text('RECONCILER_SECRET_ARN', secretArn),
        windowHours: reader.wholeNumber('WINDOW_HOURS', windowRange),
        settleMinutes: reader.wholeNumber('SETTLE_MINUTES', { ...settleRange, min: 0 }),
        statuses: statusChoices.find((choice) => choice === statuses) ?? 'known',
        twilioApiBaseUrl: reader.optional('TWILIO_API_BASE_URL'),
      };
    },
  );
