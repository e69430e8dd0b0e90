/** The event is retried. The message is constant text and is logged, unlike that of any other error. */
export class TemporaryError extends Error {
  override readonly name = 'TemporaryError';
}

/** The try may still be running, in this invocation or in another. */
export class StillRunningError extends TemporaryError {}
