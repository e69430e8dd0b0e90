/**
 * Thrown by a handler for an event that it will never be able to handle. The event becomes a dead letter at once,
 * without further tries. The message is logged as the reason, so it must not quote numbers or texts.
 */
export class PermanentError extends Error {
  /** Is in the log. */
  override readonly name = 'PermanentError';
}
