import type { AccountStatus, OpenTwilioApi, TwilioApi } from '../ports';
import type { BreakerSecret } from '../../shared/breaker/breaker-secret';
import { TwilioApiError } from '../../shared/twilio/twilio-api-error';
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

/**
 * Twilio's REST API by the official client. Its parts are loaded when a firing needs them, by deep paths: the package's root would add
 * 2.7 MB of products that nobody asks here.
 */
export const createOpenTwilioApi =
  ({ baseUrl, timeoutMs = defaultTimeoutMs }: TwilioApiOptions): OpenTwilioApi =>
  async (secret, signal) => {
    const api = await openClient(secret, createTwilioHttpClient({ baseUrl, timeoutMs, signal }));
    return {
      accountStatus: (accountSid) =>
        answered(async () => known((await api.accounts(accountSid).fetch()).status)),

      suspend: (accountSid) =>
        answered(async () => known((await api.accounts(accountSid).update({ status: 'suspended' })).status)),

      usage: ({ accountSid, category, by, days }) =>
        answered(async () => {
          const [record] = await api.accounts(accountSid).usage.records.list({
            // The package's list of categories is not Twilio's latest.
            category: category,
            ...(days === undefined ? {} : { startDate: midnight(days.from), endDate: midnight(days.to) }),
            limit: 1,
          });
          return record === undefined ? undefined : plainDecimal(record[by]);
        }),

      liveCalls: (accountSid) =>
        answered(async () => {
          const { calls } = api.accounts(accountSid);
          const pages = await Promise.all(
            liveStatuses.map((status) => calls.list({ status, limit: pageSize, pageSize })),
          );
          return [...new Set(pages.flat().map(({ sid }) => sid))];
        }),

      completeCall: (accountSid, callSid) =>
        answered(async () => {
          await api.accounts(accountSid).calls(callSid).update({ status: 'completed' });
        }),
    } satisfies TwilioApi;
  };

const openClient = async (
  { accountSid, username, password }: BreakerSecret,
  httpClient: ReturnType<typeof createTwilioHttpClient>,
) => {
  const [{ Client }, { default: Api }] = await Promise.all([
    import('twilio/lib/base/BaseTwilio.js'),
    import('twilio/lib/rest/ApiBase.js'),
  ]);
  const client = new Client(username, password, {
    accountSid,
    // The package types its own class, and calls `request` only.
    httpClient: httpClient as never,
    // Regions would change the hosts; nothing here is to be steered by a variable of the package.
    env: {},
  });
  return new Api(client).v2010;
};

/** Twilio's errors by status and code only: the package's error carries the answer's text, which may quote the request. */
const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (
      typeof error === 'object' &&
      error !== null &&
      'status' in error &&
      typeof error.status === 'number'
    ) {
      const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
      throw new TwilioApiError(error.status, code);
    }
    // V8 quotes the input.
    if (error instanceof SyntaxError) throw new TwilioApiError(200, undefined);
    throw error;
  }
};

const known = (status: string): AccountStatus => {
  if (status === 'active' || status === 'suspended' || status === 'closed') return status;
  throw new TwilioApiError(200, undefined);
};

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Twilio answers prices as numbers or texts; a small number's own text would have an exponent. */
const plainDecimal = (value: unknown): string | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return value.toFixed(6);
  return typeof value === 'string' ? value : undefined;
};
