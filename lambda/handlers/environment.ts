/** The environment of a handler's function: the stack sets exactly these variables. */
export interface HandlerEnvironment {
  readonly STAGE_NAME: string;
  readonly HANDLER_NAME: string;
  readonly QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly IDEMPOTENCY_TABLE_NAME: string;
}

/** What `grantReply` adds. */
export interface ReplyEnvironment {
  readonly REPLY_SECRET_ARN: string;
  readonly STATUS_CALLBACK_URL: string;
}
