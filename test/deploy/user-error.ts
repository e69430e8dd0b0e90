/** The rehearsal cannot run on this machine: the message is for a person, and says what to do. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}
