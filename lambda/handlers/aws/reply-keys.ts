import type { RefreshingCache } from '../../shared/credentials/refreshing-cache';
import { parseReplySecret, type ReplyKey } from '../../shared/credentials/reply-secret';
import type { ReplyKeys } from '../reply/twilio-reply';
import { TemporaryError } from '../temporary-error';

const refreshPauseMs = 5_000;

/** Every error is temporary: the event is retried until somebody fixes the secret, or becomes a dead letter. */
export const createReplyKeys = (
  secret: Pick<RefreshingCache<string>, 'get' | 'refresh'>,
  now: () => number = () => Date.now(),
): ReplyKeys => {
  const find = async (accountSid: string): Promise<ReplyKey> => {
    const found = await secret.get();
    if (found.kind === 'none') throw new TemporaryError(`the reply secret cannot be read: ${found.failure.reason}`);
    const parsed = parseReplySecret(found.value);
    if (parsed.kind === 'placeholder') throw new TemporaryError('the reply secret is still the placeholder');
    if (parsed.kind === 'invalid') throw new TemporaryError(parsed.detail);
    const key = parsed.keys.find((candidate) => candidate.accountSid === accountSid);
    if (key === undefined) throw new TemporaryError('the reply secret has no key for the account of the message');
    return key;
  };
  return {
    find,
    findAfter: async ({ accountSid }) => {
      // Requests that Twilio refused at the same time share one read.
      await secret.refresh(now() - refreshPauseMs);
      return find(accountSid);
    },
  };
};
