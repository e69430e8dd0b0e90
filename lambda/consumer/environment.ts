/** The consumer function's environment: the stack sets exactly these, the handler reads exactly these. */
export interface ConsumerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly EVENT_QUEUE_URL: string;
  /** Days after which DynamoDB deletes an item; `0` keeps items indefinitely. */
  readonly RETENTION_DAYS: string;
}

export interface ConsumerSettings {
  readonly stageName: string;
  readonly tableName: string;
  readonly eventQueueUrl: string;
  /** `0` keeps items indefinitely. */
  readonly retentionDays: number;
}

const maxRetentionDays = 36_500;

/**
 * @throws Error that names every fault at once, so that a deployment is repaired in one go
 */
export const parseConsumerEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): ConsumerSettings => {
  const faults: string[] = [];
  const text = (name: keyof ConsumerEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  const settings: ConsumerSettings = {
    stageName: text('STAGE_NAME'),
    tableName: text('TABLE_NAME'),
    eventQueueUrl: text('EVENT_QUEUE_URL'),
    retentionDays: Number(text('RETENTION_DAYS')),
  };
  if (settings.eventQueueUrl !== '' && !/^https?:\/\//.test(settings.eventQueueUrl)) {
    faults.push(`EVENT_QUEUE_URL is "${settings.eventQueueUrl}", allowed is a queue URL (https://…)`);
  }
  const days = env['RETENTION_DAYS'] ?? '';
  if (days !== '' && (!/^\d{1,5}$/.test(days) || settings.retentionDays > maxRetentionDays)) {
    faults.push(`RETENTION_DAYS is "${days}", allowed is a whole number from 0 to ${maxRetentionDays}`);
  }
  if (faults.length > 0) {
    throw new Error(`The consumer's environment is wrong: ${faults.join('; ')}. Deploy the stack again.`);
  }
  return settings;
};
