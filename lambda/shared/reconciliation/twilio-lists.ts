import { setTimeout as sleep } from 'node:timers/promises';
import type { TwilioCredentials } from '../twilio/rest-client';
import { TwilioApiError } from '../twilio/twilio-api-error';
import { createTwilioHttpClient, type TwilioHttpClient, type TwilioHttpResponse } from '../twilio/twilio-http';
import { readListPage, readMediaList, type ListedMedia, type ListPage } from './listed-message';

/** The lists of one account. Every method rejects with a `TwilioApiError`, or with the reason of the signal. */
export interface TwilioLists {
  /** Messages that were sent in the period, newest first; without a period all, also those that were not sent yet. */
  messages(period: { readonly since: Date; readonly until: Date } | undefined): Promise<ListPage>;
  /** @param path `nextPage` of the page before */
  next(path: string): Promise<ListPage>;
  media(messageSid: string): Promise<readonly ListedMedia[]>;
}

export interface TwilioListsOptions {
  readonly credentials: TwilioCredentials;
  /** See `createTwilioHttpClient`. */
  readonly baseUrl: string | undefined;
  readonly signal: AbortSignal;
  /** Attempts at one request, with a growing delay: Twilio answers 429 when it limits the rate. @default 6 */
  readonly maxAttempts?: number;
  /** The delay after the first attempt, in milliseconds. It doubles. @default 500 */
  readonly firstDelayMs?: number;
}

/** A thousand, which Twilio allows, of 1,600 emoji each would be too long an answer. */
const pageSize = 200;
const timeoutMs = 15_000;

/**
 * Reads the lists with plain requests: the `twilio` package would add 390 kB to the bundle.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export const createTwilioLists = (options: TwilioListsOptions): TwilioLists => {
  const client = createTwilioHttpClient({ baseUrl: options.baseUrl, timeoutMs, signal: options.signal });
  const { accountSid } = options.credentials;
  const account = `/2010-04-01/Accounts/${accountSid}`;
  const page = async (path: string, params?: object): Promise<ListPage> => {
    const answer = await get(client, options, path, params);
    const read = readListPage(answer.body);
    if (read === undefined) throw new TwilioApiError(answer.statusCode);
    // Twilio chooses the path; credentials go to the account's own list only.
    const isOwn = read.nextPage?.startsWith(`${account}/Messages.json?`) === true;
    if (read.nextPage !== undefined && !isOwn) throw new TwilioApiError(answer.statusCode);
    return { ...read, at: dateOf(answer) };
  };
  return {
    messages: (period) =>
      page(`${account}/Messages.json`, {
        PageSize: pageSize,
        ...(period && { 'DateSent>': seconds(period.since), 'DateSent<': seconds(period.until) }),
      }),
    next: (path) => page(path),
    media: async (messageSid) => {
      const answer = await get(client, options, `${account}/Messages/${messageSid}/Media.json`, { PageSize: 50 });
      const media = readMediaList(answer.body);
      if (media === undefined) throw new TwilioApiError(answer.statusCode);
      return media;
    },
  };
};

const seconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');

const dateOf = ({ headers }: TwilioHttpResponse): Date | undefined => {
  const time = Date.parse(typeof headers['date'] === 'string' ? headers['date'] : '');
  return Number.isNaN(time) ? undefined : new Date(time);
};

/** A list changes nothing, so every temporary failure is tried again. */
const get = async (
  client: TwilioHttpClient,
  { credentials: { username, password }, signal, maxAttempts = 6, firstDelayMs = 500 }: TwilioListsOptions,
  path: string,
  params: object = {},
): Promise<TwilioHttpResponse> => {
  const uri = `https://api.twilio.com${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await client
      .request({ method: 'GET', uri, username, password, headers: { accept: 'application/json' }, params })
      .catch(() => undefined);
    signal.throwIfAborted();
    const status = answer?.statusCode;
    if (answer !== undefined && status === 200) return answer;
    const isTemporary = status === undefined || status === 429 || status >= 500;
    if (!isTemporary || attempt >= maxAttempts) throw new TwilioApiError(status);
    await sleep(firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal });
  }
};
