import { createHash } from 'node:crypto';

/**
 * The id of the conversation between two addresses of an account, the same for both directions. Messages of a
 * conversation are handled one at a time. It is a hash, because the id of a message group must not contain a number.
 */
export const conversationIdOf = (accountSid: string, from: string, to: string): string =>
  createHash('sha256')
    .update(JSON.stringify([accountSid, ...[from, to].sort()]))
    .digest('hex')
    .slice(0, 32);
