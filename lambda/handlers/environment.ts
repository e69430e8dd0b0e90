import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';

/** The environment of a handler function: the subscription sets these variables. */
export interface HandlerEnvironment {
  readonly STAGE_NAME: string;
  /** The subscription's id, such as `Replies`. */
  readonly HANDLER_NAME: string;
  readonly QUEUE_URL: string;
  /** Seconds before the second try, the third and so on, separated by commas; may be empty. */
  readonly RETRY_DELAYS: string;
  /** How often the queue delivers a message before it becomes a dead letter. */
  readonly MAX_RECEIVES: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly IDEMPOTENCY_TABLE_NAME: string;
}

/** Only where the handler may reply. */
export interface ReplyEnvironment {
  readonly REPLY_SECRET_ARN: string;
  /** The stage's webhook URL for status callbacks. */
  readonly STATUS_CALLBACK_URL: string;
}

type Variable =
  | keyof HandlerEnvironment
  | keyof ReplyEnvironment
  /** Where requests go instead of to Twilio's hosts. Set by the local gateway and in tests. */
  | 'TWILIO_API_BASE_URL';

export interface HandlerSettings {
  readonly stageName: string;
  readonly handlerName: string;
  readonly queueUrl: string;
  /** Seconds before the second try, the third and so on. Later ones wait for the queue's visibility timeout. */
  readonly retryDelays: readonly number[];
  readonly maxReceives: number;
  readonly deadLetterQueueUrl: string;
  readonly idempotencyTableName: string;
  readonly replySecretArn: string | undefined;
  readonly statusCallbackUrl: string | undefined;
  readonly twilioApiBaseUrl: string | undefined;
}

const secondsList = { pattern: /^\d{1,5}(?:,\d{1,5})*$/, allowed: 'seconds, separated by commas' };
const isNotEmpty = (text: string): boolean => text !== '';

export const parseHandlerEnvironment = (env: Environment): HandlerSettings =>
  readEnvironment<Variable, HandlerSettings>('the handler', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    handlerName: reader.text('HANDLER_NAME', { pattern: /^\w{1,100}$/, allowed: 'letters, digits and _' }),
    queueUrl: reader.text('QUEUE_URL', queueUrl),
    retryDelays: (reader.optional('RETRY_DELAYS', secondsList) ?? '').split(',').filter(isNotEmpty).map(Number),
    maxReceives: reader.wholeNumber('MAX_RECEIVES', { min: 1, max: 1000 }),
    deadLetterQueueUrl: reader.text('DEAD_LETTER_QUEUE_URL', queueUrl),
    idempotencyTableName: reader.text('IDEMPOTENCY_TABLE_NAME'),
    replySecretArn: reader.optional('REPLY_SECRET_ARN', secretArn),
    statusCallbackUrl: reader.optional('STATUS_CALLBACK_URL'),
    twilioApiBaseUrl: reader.optional('TWILIO_API_BASE_URL'),
  }));
