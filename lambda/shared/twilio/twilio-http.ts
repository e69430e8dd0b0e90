import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { withTimeLimit } from '../runtime/time-limit';

/** What the `twilio` package asks its HTTP client to send; the parts that are used. */
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
   * (`<base>/api.twilio.com/2010-04-01/…`). `https:`, or `http:` on loopback: credentials go there.
   * @default Twilio's hosts
   */
  readonly baseUrl?: string | undefined;
  /** For the whole of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A page of a thousand calls has less than 2 MB. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** The package's own would tell the version of Node and of the operating system. */
const userAgent = 'twilio-webhook-gateway';
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @throws Error that says what is allowed */
export const checkedTwilioBaseUrl = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(
      'TWILIO_API_BASE_URL must be https://host, or http:// on loopback, without user information, query and fragment: credentials go there.',
    );
  }
  return baseUrl.replace(/\/+$/, '');
};

/**
 * The HTTP client of the `twilio` package, with a bound on time and size, and without what its own one does on the side (proxy and
 * CA bundle by environment variables). Made once per piece of work: it ends with the signal.
 */
export const createTwilioHttpClient = ({
  baseUrl,
  timeoutMs,
  signal,
}: TwilioHttpOptions): TwilioHttpClient => {
  const base = baseUrl === undefined ? undefined : checkedTwilioBaseUrl(baseUrl);
  return {
    request: ({ method, uri, username, password, headers = {}, params, data }) => {
      const url = redirected(uri, base);
      for (const [name, value] of pairs(params)) url.searchParams.append(name, value);
      const body = data === undefined ? '' : new URLSearchParams(pairs(data)).toString();
      const sent = {
        ...headers,
        'User-Agent': userAgent,
        'content-length': String(Buffer.byteLength(body)),
        ...(username === undefined || password === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
      };
      return withTimeLimit(timeoutMs, signal, (limited) =>
        send(url, { method: method.toUpperCase(), headers: sent, signal: limited }, body),
      );
    },
  };
};

const redirected = (uri: string, base: string | undefined): URL => {
  const url = new URL(uri);
  return base === undefined ? url : new URL(`${base}/${url.host}${url.pathname}${url.search}`);
};

/** Repeated for arrays, as Twilio takes lists; what is no plain value is left out. */
const pairs = (values: object | undefined): [string, string][] =>
  Object.entries(values ?? {}).flatMap(([name, value]: [string, unknown]) =>
    [value]
      .flat()
      .flatMap((one): [string, string][] =>
        typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
          ? [[name, String(one)]]
          : [],
      ),
  );

const send = (
  url: URL,
  options: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
  body: string,
): Promise<TwilioHttpResponse> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? requestHttp : requestHttps;
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxAnswerBytes) chunks.push(chunk);
        else incoming.destroy(new Error("The answer of Twilio's API is longer than 8 MB."));
      });
      incoming.on('end', () =>
        resolve({
          statusCode: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: incoming.headers,
        }),
      );
    });
    outgoing.on('error', (error) => {
      // Node names every abort alike; the reason, which both kinds of signal give as an error, tells a time-out from a stop.
      reject(options.signal.aborted ? (options.signal.reason as Error) : error);
    });
    outgoing.end(body);
  });
