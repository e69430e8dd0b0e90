import { request as requestHttp, type Agent, type IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { withDeadline } from './deadline';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  /** `content-length` is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Path and query exactly as they must be sent. @default those of the URL, which its parser may have re-encoded */
  readonly path?: string | undefined;
  /** @default Node's own, which keeps connections open */
  readonly agent?: Agent | undefined;
}

export interface HttpBounds {
  /** For the request and its whole answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values alternately, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/**
 * One HTTP request, bounded in time and size. Not `fetch`, which Node loads when it is first used: that costs a cold
 * start more than the request.
 * @returns an answer of any status
 * @throws the network's error; a `TimeoutError`; the reason of the signal; an error with the code `ANSWER_TOO_LONG`
 */
export const sendHttp = (request: HttpRequest, { timeoutMs, maxAnswerBytes, signal }: HttpBounds) =>
  withDeadline(
    timeoutMs,
    (deadline) =>
      send(request, maxAnswerBytes, deadline).catch((error: unknown) => {
        // Node gives every abort the same error.
        throw deadline.aborted ? deadline.reason : error;
      }),
    signal,
  );

const send = (
  { url, method, headers, body, path = `${url.pathname}${url.search}`, agent }: HttpRequest,
  maxAnswerBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const start = url.protocol === 'http:' ? requestHttp : requestHttps;
    const options = {
      method,
      path,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      ...(agent === undefined ? {} : { agent }),
    };
    const outgoing = start(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxAnswerBytes) chunks.push(chunk);
        else incoming.destroy(new AnswerTooLongError(`The answer is longer than ${maxAnswerBytes} bytes.`));
      });
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject).end(body);
  });

class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError';
  readonly code = 'ANSWER_TOO_LONG';
}
