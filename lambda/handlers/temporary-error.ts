/** The event is retried. The message is constant text and is logged, unlike that of any other error. */
export class TemporaryError extends Error {
  override readonly name = 'TemporaryError';
}
