import { createHash } from 'node:crypto';

/**
 * One id for both directions between two addresses of an account: messages of a conversation are handled one at a time.
 * It is a hash, so that no number gets into the name of a message group.
 */
export const conversationIdOf = (accountSid: string, from: string, to: string): string =>
  createHash('sha256')
    .update(JSON.stringify([accountSid, ...[from, to].sort()]))
    .digest('hex')
    .slice(0, 32);
