import { queueUrl, readEnvironment, type Environment } from '../shared/runtime/environment';

/** The consumer function's environment: the stack sets exactly these variables, and the handler reads exactly these. */
export interface ConsumerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly EVENT_QUEUE_URL: string;
  /** Days after which DynamoDB deletes an item; `0` keeps items indefinitely. */
  readonly RETENTION_DAYS: string;
  /** `true` where the table has an index by conversation, else empty. */
  readonly CONVERSATION_INDEX: string;
}

/** Only where the stage has a canary, or a fallback lane, which `doctor` proves by one. */
export interface CanaryStoreEnvironment {
  /** `true` */
  readonly STORE_CANARIES: string;
}

export interface ConsumerSettings {
  readonly stageName: string;
  readonly tableName: string;
  readonly eventQueueUrl: string;
  /** `0` keeps items indefinitely. */
  readonly retentionDays: number;
  readonly conversationIndex: boolean;
  readonly storeCanaries: boolean;
}

const maxRetentionDays = 36_500;

export const parseConsumerEnvironment = (env: Environment): ConsumerSettings =>
  readEnvironment<keyof ConsumerEnvironment | keyof CanaryStoreEnvironment, ConsumerSettings>(
    'the consumer',
    env,
    (reader) => ({
      stageName: reader.text('STAGE_NAME'),
      tableName: reader.text('TABLE_NAME'),
      eventQueueUrl: reader.text('EVENT_QUEUE_URL', queueUrl),
      retentionDays: reader.wholeNumber('RETENTION_DAYS', { min: 0, max: maxRetentionDays }),
      conversationIndex: reader.optional('CONVERSATION_INDEX') === 'true',
      storeCanaries: reader.optional('STORE_CANARIES') === 'true',
    }),
  );
