/** A fault that the person at the keyboard can fix. It is shown as one line, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
