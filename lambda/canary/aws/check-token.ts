import { describeError } from '../../shared/runtime/describe-error';
import { createTwilioHttpClient } from '../../shared/twilio/twilio-http';
import type { CanaryPorts, TokenCheck } from '../ports';

/** Less than a run has, so that Twilio cannot make a canary late. */
const timeoutMs = 8_000;

/**
 * Asks for a page of one message, which every account has a right to.
 * @param baseUrl see `createTwilioHttpClient`
 * @see https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export const createCheckToken =
  (baseUrl: string | undefined): NonNullable<CanaryPorts['checkToken']> =>
  async ({ accountSid, authToken }, signal) => {
    try {
      const { statusCode } = await createTwilioHttpClient({ baseUrl, timeoutMs, signal }).request({
        method: 'GET',
        uri: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`,
        username: accountSid,
        password: authToken,
        headers: { accept: 'application/json' },
        params: { PageSize: 1 },
      });
      return checked(statusCode);
    } catch (error) {
      return { kind: 'unknown', errorName: describeError(error).errorName };
    }
  };

const checked = (status: number): TokenCheck => {
  if (status === 401 || status === 403) return { kind: 'refused', status };
  return status === 200 ? { kind: 'accepted' } : { kind: 'unknown', status };
};
