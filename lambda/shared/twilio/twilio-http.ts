import { setTimeout as sleep } from 'node:timers/promises';
import { sendHttp } from '../runtime/send-http';

/** What the `twilio` package passes to its HTTP client; the parts that are used. */
export interface TwilioHttpRequest {
  readonly method: string;
  /** Absolute, e.g. `https://api.twilio.com/2010-04-01/Accounts/AC….json`. */
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: object;
  readonly data?: object;
}

export interface TwilioHttpResponse {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface TwilioHttpClient {
  request(request: TwilioHttpRequest): Promise<TwilioHttpResponse>;
}

export interface TwilioHttpOptions {
  /**
   * Where requests go instead of to Twilio's hosts; the host becomes the first part of the path
   * (`<base>/api.twilio.com/2010-04-01/…`). `https:`, or `http:` on loopback, because it receives credentials.
   * @default Twilio's hosts
   */
  readonly baseUrl?: string | undefined;
  /** For the whole of one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends requests that are in progress. */
  readonly signal?: AbortSignal | undefined;
  /** How often a 429, after which Twilio has done nothing, is retried, with a growing delay. @default never */
  readonly maxRetries?: number;
}

/** A page of a thousand calls has less than 2 MB. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** The package's own would reveal the versions of Node and of the operating system. */
const userAgent = 'twilio-webhook-gateway';
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const firstRetryMs = 200;
const maxRetryMs = 2000;

/** @throws Error that says what is allowed */
export const checkedTwilioBaseUrl = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(
      'TWILIO_API_BASE_URL must be https://host, or http:// on loopback, ' +
        'without user information, query and fragment: ' +
        'credentials go there.',
    );
  }
  return baseUrl.replace(/\/+$/, '');
};

/**
 * An HTTP client for the `twilio` package, bounded in time and size. Unlike the package's own it ignores environment
 * variables that set a proxy or a CA bundle, and it retries only on request.
 */
export const createTwilioHttpClient = ({
  baseUrl,
  timeoutMs,
  signal,
  maxRetries = 0,
}: TwilioHttpOptions): TwilioHttpClient => {
  const base = baseUrl === undefined ? undefined : checkedTwilioBaseUrl(baseUrl);
  return {
    request: async (request) => {
      for (let retries = 0; ; retries += 1) {
        const { status, body, headers } = await sendHttp(httpRequest(request, base), {
          timeoutMs,
          maxAnswerBytes,
          signal,
        });
        if (status !== 429 || retries >= maxRetries) return { statusCode: status, body, headers };
        const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** retries) * Math.random();
        await sleep(delayMs, undefined, signal === undefined ? {} : { signal });
      }
    },
  };
};

const httpRequest = (
  { method, uri, username, password, headers = {}, params, data }: TwilioHttpRequest,
  base: string | undefined,
) => {
  const url = redirected(uri, base);
  for (const [name, value] of pairs(params)) url.searchParams.append(name, value);
  return {
    url,
    method: method.toUpperCase(),
    headers: {
      ...headers,
      'User-Agent': userAgent,
      ...(username === undefined || password === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
    },
    body: data === undefined ? '' : new URLSearchParams(pairs(data)).toString(),
  };
};

const redirected = (uri: string, base: string | undefined): URL => {
  const url = new URL(uri);
  return base === undefined ? url : new URL(`${base}/${url.host}${url.pathname}${url.search}`);
};

/** An array becomes a repeated parameter, as Twilio expects lists; anything but a plain value is left out. */
const pairs = (values: object | undefined): [string, string][] =>
  Object.entries(values ?? {}).flatMap(([name, value]: [string, unknown]) =>
    [value]
      .flat()
      .flatMap((element): [string, string][] =>
        typeof element === 'string' || typeof element === 'number' || typeof element === 'boolean'
          ? [[name, String(element)]]
          : [],
      ),
  );
