import type { OpenTwilioApi } from '../ports';
import { openAccountsApi, openTwilioClient } from '../../shared/twilio/rest-client';
import { readAccountStatus, setAccountStatus } from '../../shared/twilio/subaccounts';
import { callTwilio } from '../../shared/twilio/twilio-api-error';
import { createTwilioHttpClient } from '../../shared/twilio/twilio-http';

export interface TwilioApiOptions {
  /** See `createTwilioHttpClient`. */
  readonly baseUrl: string | undefined;
  /** For one request. @default 5000 */
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 5_000;
/** Twilio's largest page. */
const pageSize = 1000;
const liveStatuses = ['queued', 'ringing', 'in-progress'] as const;

/** Opens Twilio's REST API when a firing needs it. */
export const createOpenTwilioApi =
  ({ baseUrl, timeoutMs = defaultTimeoutMs }: TwilioApiOptions): OpenTwilioApi =>
  async (secret, signal) => {
    const httpClient = createTwilioHttpClient({ baseUrl, timeoutMs, signal });
    const api = await openAccountsApi(await openTwilioClient(secret, httpClient));
    return {
      accountStatus: (accountSid) => readAccountStatus(api, accountSid),

      suspend: (accountSid) => setAccountStatus(api, accountSid, 'suspended'),

      usage: ({ accountSid, category, by, days }) =>
        callTwilio(async () => {
          const [record] = await api.accounts(accountSid).usage.records.list({
            // The package's list of categories is older than Twilio's.
            category: category,
            ...(days === undefined ? {} : { startDate: midnight(days.from), endDate: midnight(days.to) }),
            limit: 1,
          });
          return record === undefined ? undefined : plainDecimal(record[by]);
        }),

      liveCalls: (accountSid) =>
        callTwilio(async () => {
          const { calls } = api.accounts(accountSid);
          const pages = await Promise.all(
            liveStatuses.map((status) => calls.list({ status, limit: pageSize, pageSize })),
          );
          return [...new Set(pages.flat().map(({ sid }) => sid))];
        }),

      completeCall: (accountSid, callSid) =>
        callTwilio(async () => {
          await api.accounts(accountSid).calls(callSid).update({ status: 'completed' });
        }),
    };
  };

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Twilio sends prices as numbers or strings; the string of a small number would have an exponent. */
const plainDecimal = (value: unknown): string | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return value.toFixed(6);
  return typeof value === 'string' ? value : undefined;
};
