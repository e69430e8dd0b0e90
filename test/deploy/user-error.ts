/** The rehearsal cannot run on this machine: the message says what to do. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}
