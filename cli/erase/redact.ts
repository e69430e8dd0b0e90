import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { mapBounded } from '../clients/dynamodb/recent-entries';
import type { TwilioAccountApi } from '../twilio/api/account-api';
import type { MessageName } from './erase-items';

export interface RedactionFailure extends MessageName {
  readonly reason: string;
}

export interface Redaction {
  readonly redacted: number;
  readonly mediaDeleted: number;
  readonly failures: readonly RedactionFailure[];
}

/** Few enough for Twilio's limit of concurrent requests. */
const concurrentRequests = 4;
const refusedStatuses = [401, 403];

/** Removes the texts and media of messages at Twilio. */
export interface Redactor {
  /** @returns the messages that Twilio still has */
  redact(messages: readonly MessageName[]): Promise<readonly MessageName[]>;
  result(): Redaction;
}

/**
 * @param open undefined for an account whose credentials the gateway does not have
 * @param onProgress gets the number of messages so far
 */
export const createRedactor = (
  open: (accountSid: string) => Promise<TwilioAccountApi | undefined>,
  onProgress: (messages: number) => void,
): Redactor => {
  const apis = new Map<string, Promise<TwilioAccountApi | undefined>>();
  const refused = new Set<string>();
  const failures: RedactionFailure[] = [];
  let [redacted, mediaDeleted] = [0, 0];

  const apiOf = (accountSid: string): Promise<TwilioAccountApi | undefined> => {
    const api = apis.get(accountSid) ?? open(accountSid);
    apis.set(accountSid, api);
    return api;
  };
  /** @returns why it failed */
  const redactOne = async ({ accountSid, messageSid }: MessageName): Promise<string | undefined> => {
    const api = await apiOf(accountSid);
    if (api === undefined) return 'the gateway has no credentials of the account';
    if (refused.has(accountSid)) return 'Twilio refused the credentials of the account';
    try {
      const deleted = await api.deleteMedia(messageSid);
      mediaDeleted += deleted;
      await api.redactMessage(messageSid);
    } catch (error) {
      if (!(error instanceof TwilioApiError)) throw error;
      // Twilio no longer has the message.
      if (error.status === 404) return undefined;
      if (error.status !== undefined && refusedStatuses.includes(error.status)) refused.add(accountSid);
      return error.message;
    }
    redacted += 1;
    onProgress(redacted);
    return undefined;
  };

  return {
    redact: async (messages) => {
      const failed: RedactionFailure[] = [];
      await mapBounded(messages, concurrentRequests, async (message) => {
        const reason = await redactOne(message);
        if (reason !== undefined) failed.push({ ...message, reason });
      });
      failures.push(...failed);
      return failed;
    },
    result: () => ({ redacted, mediaDeleted, failures }),
  };
};
