import type { RefreshingCache } from '../../shared/credentials/refreshing-cache';
import { parseReplySecret, type ReplyKey } from '../../shared/credentials/reply-secret';
import type { ReplyKeys } from '../reply/twilio-reply';
import { TemporaryError } from '../temporary-error';

const refreshPauseMs = 5_000;

/** Every error can be fixed in the secret, and the event is retried until then or becomes a dead letter. */
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
    const key = parsed.keys.find((one) => one.accountSid === accountSid);
    if (key === undefined) throw new TemporaryError('the reply secret has no key for the account of the message');
    return key;
  };
  return {
    find,
    findAfter: async ({ accountSid }) => {
      // Many refusals at once cause one read, which all of them wait for.
      await secret.refresh(now() - refreshPauseMs);
      return find(accountSid);
    },
  };
};
