import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';

/** The environment of a handler function: the subscription sets these variables. */
export interface HandlerEnvironment {
  readonly STAGE_NAME: string;
  /** The subscription's id, such as `Replies`. */
  readonly HANDLER_NAME: string;
  readonly QUEUE_URL: string;
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
  readonly deadLetterQueueUrl: string;
  readonly idempotencyTableName: string;
  readonly replySecretArn: string | undefined;
  readonly statusCallbackUrl: string | undefined;
  readonly twilioApiBaseUrl: string | undefined;
}

export const parseHandlerEnvironment = (env: Environment): HandlerSettings =>
  readEnvironment<Variable, HandlerSettings>('the handler', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    handlerName: reader.text('HANDLER_NAME', { pattern: /^\w{1,100}$/, allowed: 'letters, digits and _' }),
    queueUrl: reader.text('QUEUE_URL', queueUrl),
    deadLetterQueueUrl: reader.text('DEAD_LETTER_QUEUE_URL', queueUrl),
    idempotencyTableName: reader.text('IDEMPOTENCY_TABLE_NAME'),
    replySecretArn: reader.optional('REPLY_SECRET_ARN', secretArn),
    statusCallbackUrl: reader.optional('STATUS_CALLBACK_URL'),
    twilioApiBaseUrl: reader.optional('TWILIO_API_BASE_URL'),
  }));
