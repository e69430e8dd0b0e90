/**
 * Thrown by a handler for an event that it will never be able to handle: the event becomes a dead letter now, without
 * further tries. The message is logged as the reason, so it must not quote numbers or texts.
 */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
