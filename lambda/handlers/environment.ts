import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';

/** The environment of a handler's function: the stack sets exactly these variables. */
export interface HandlerEnvironment {
  readonly STAGE_NAME: string;
  readonly HANDLER_NAME: string;
  /** For code of your own: the library does not read it. */
  readonly QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly IDEMPOTENCY_TABLE_NAME: string;
}

/** What `grantReply` adds. */
export interface ReplyEnvironment {
  readonly REPLY_SECRET_ARN: string;
  readonly STATUS_CALLBACK_URL: string;
}

/** Where requests go instead of to Twilio's hosts. Set by the local gateway and in tests. */
const twilioApiBaseUrl = 'TWILIO_API_BASE_URL';

export interface HandlerSettings {
  readonly stageName: string;
  readonly handlerName: string;
  readonly deadLetterQueueUrl: string;
  readonly idempotencyTableName: string;
  readonly replySecretArn: string | undefined;
  readonly statusCallbackUrl: string | undefined;
  readonly twilioApiBaseUrl: string | undefined;
}

type Name = keyof HandlerEnvironment | keyof ReplyEnvironment | typeof twilioApiBaseUrl;

export const parseHandlerEnvironment = (env: Environment): HandlerSettings =>
  readEnvironment<Name, HandlerSettings>('the handler', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    handlerName: reader.text('HANDLER_NAME', { pattern: /^\w{1,100}$/, allowed: 'letters, digits and _' }),
    deadLetterQueueUrl: reader.text('DEAD_LETTER_QUEUE_URL', queueUrl),
    idempotencyTableName: reader.text('IDEMPOTENCY_TABLE_NAME'),
    replySecretArn: reader.optional('REPLY_SECRET_ARN', secretArn),
    statusCallbackUrl: reader.optional('STATUS_CALLBACK_URL'),
    twilioApiBaseUrl: reader.optional(twilioApiBaseUrl),
  }));
