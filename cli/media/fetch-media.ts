import { checkedBaseUrl } from '../twilio/api/http-client';
import { knownContentType } from './content-types';
import { isFileUrl, takesCredentials } from './media-url';

/** The credentials of the account that the message belongs to. */
export interface MediaCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

export interface FetchMediaOptions {
  readonly signal: AbortSignal;
  /** TWILIO_API_BASE_URL: where requests go instead of to Twilio's hosts, the host as the first part of the path. */
  readonly baseUrl?: string | undefined;
  /** For the redirects and the whole file. @default 60000 */
  readonly timeoutMs?: number;
  /** @default 104857600, 100 MB */
  readonly maxBytes?: number;
}

export type FetchedMedia =
  | {
      readonly kind: 'fetched';
      /** One of a fixed list, else `application/octet-stream`. Never a type that a browser runs. */
      readonly contentType: string;
      readonly bytes: Buffer;
    }
  /** The reason is a sentence without the URL. */
  | { readonly kind: 'rejected'; readonly reason: string };

const defaultTimeoutMs = 60_000;
const defaultMaxBytes = 100 * 1024 * 1024;
const maxRedirects = 3;

/**
 * Fetches a medium from Twilio with the account's credentials. They are sent to Twilio's own hosts only, and redirects
 * are followed only to the hosts where Twilio keeps files.
 * @param url a media URL of a stored message
 */
export const fetchMedia = async (
  url: string,
  credentials: MediaCredentials,
  { signal, baseUrl, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes }: FetchMediaOptions,
): Promise<FetchedMedia> => {
  const base = baseUrl === undefined ? undefined : checkedBaseUrl(baseUrl);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await follow(url, credentials, { base, maxBytes, signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    if (signal.aborted) throw error;
    return rejected(
      timeout.aborted ? `Twilio did not send the file in ${timeoutMs / 1000} s.` : 'Twilio did not answer.',
    );
  }
};

const rejected = (reason: string): FetchedMedia => ({ kind: 'rejected', reason });

interface Request {
  readonly base: string | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const follow = async (url: string, credentials: MediaCredentials, request: Request): Promise<FetchedMedia> => {
  let next = URL.canParse(url) ? new URL(url) : undefined;
  if (next === undefined || !takesCredentials(next)) {
    return rejected('Its URL is not a medium at Twilio, so nothing was requested.');
  }
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer: Response = await get(next, credentials, request);
    if (![301, 302, 303, 307, 308].includes(answer.status)) return await readAnswer(answer, request.maxBytes);
    await answer.body?.cancel();
    const location = answer.headers.get('location') ?? '';
    if (!URL.canParse(location, next.href)) return rejected('Twilio redirects to no URL.');
    next = new URL(location, next);
    if (!takesCredentials(next) && !isFileUrl(next)) {
      return rejected('Twilio redirects to a host that is not in the list of its hosts for files.');
    }
  }
  return rejected('Twilio redirects too often.');
};

const get = (url: URL, { accountSid, authToken }: MediaCredentials, { base, signal }: Request): Promise<Response> =>
  fetch(base === undefined ? url.href : `${base}/${url.host}${url.pathname}${url.search}`, {
    redirect: 'manual',
    signal,
    headers: takesCredentials(url)
      ? { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` }
      : {},
  });

const readAnswer = async (answer: Response, maxBytes: number): Promise<FetchedMedia> => {
  if (answer.status !== 200) {
    await answer.body?.cancel();
    return rejected(answer.status === 404 ? 'Twilio no longer has the file.' : `Twilio answered ${answer.status}.`);
  }
  const bytes = await readBounded(answer, maxBytes);
  if (bytes === undefined) return rejected(`The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
  return { kind: 'fetched', contentType: knownContentType(answer.headers.get('content-type')), bytes };
};

/** @returns undefined if there are more bytes; the rest is not read */
const readBounded = async ({ body }: Response, maxBytes: number): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    const chunk: unknown = part.value;
    if (!(chunk instanceof Uint8Array)) break;
    length += chunk.length;
    if (length > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
};
