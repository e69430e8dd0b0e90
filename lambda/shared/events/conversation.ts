import { createHash } from 'node:crypto';

/** The id of a message group: a hash, because the id must not contain a number, and may have 128 characters only. */
export const groupIdOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/**
 * The id of the conversation between two addresses of an account, the same for both directions. Messages of a
 * conversation are handled one at a time.
 */
export const conversationIdOf = (accountSid: string, from: string, to: string): string =>
  groupIdOf(accountSid, ...[from, to].sort());
