/** The consumer function's environment: the stack sets exactly these, the handler reads exactly these. */
export interface ConsumerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly EVENT_QUEUE_URL: string;
  /** Days after which DynamoDB deletes an item; `0` keeps items for ever. */
  readonly RETENTION_DAYS: string;
}
