import * as http from 'node:http';
import * as https from 'node:https';
import { errorCode } from '../terminal/error-code';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The answer has its headers. */
  readonly keepHeaders?: true;
}

export type PostAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly durationMs: number;
      /** Names and values as received, in order; only with `keepHeaders`. */
      readonly headers?: readonly (readonly [string, string])[];
    }
  /** No answer. `code` is Node's (`ECONNREFUSED`), or `TIMEOUT`. */
  | { readonly kind: 'failure'; readonly code: string; readonly durationMs: number };

/** Whether the answer is 2xx. */
export const isAccepted = (answer: PostAnswer): boolean =>
  answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;

/** Posts and waits for the whole answer. A network error is a value: never rejects. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** Twilio gives up here: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const twilioTimeoutMs = 15_000;
/** Twilio reads at most this much of an answer. */
const maxAnswerBytes = 64 * 1024;

/** Node lists names and values alternately. */
const headerPairs = (raw: readonly string[]): (readonly [string, string])[] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));

/** Reuses connections, as Twilio does. */
export const createPost = (signal: AbortSignal, timeoutMs = twilioTimeoutMs): Post => {
  const agents = {
    'http:': { request: http.request, agent: new http.Agent({ keepAlive: true }) },
    'https:': { request: https.request, agent: new https.Agent({ keepAlive: true }) },
  };
  return ({ url, headers, body, keepHeaders }) =>
    new Promise((resolve) => {
      const startedAt = performance.now();
      const durationMs = () => Math.round(performance.now() - startedAt);
      const { protocol, hostname, port } = new URL(url);
      const { request, agent } = agents[protocol === 'https:' ? 'https:' : 'http:'];
      const fail = (error: Error) => {
        clearTimeout(timer);
        resolve({ kind: 'failure', code: errorCode(error), durationMs: durationMs() });
      };
      const outgoing = request(
        {
          agent,
          method: 'POST',
          protocol,
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          // Cut from the text: a parsed URL is re-encoded, but path and query must be sent as they were signed.
          path: url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/',
          headers: { ...headers, 'content-length': String(body.length) },
          signal,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          incoming.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes <= maxAnswerBytes) chunks.push(chunk);
            else incoming.destroy(Object.assign(new Error('answer too long'), { code: 'ANSWER_TOO_LONG' }));
          });
          incoming.on('error', fail);
          incoming.on('end', () => {
            clearTimeout(timer);
            resolve({
              kind: 'answer',
              status: incoming.statusCode ?? 0,
              contentType: incoming.headers['content-type'] ?? '',
              body: Buffer.concat(chunks).toString('utf8'),
              durationMs: durationMs(),
              ...(keepHeaders === true ? { headers: headerPairs(incoming.rawHeaders) } : {}),
            });
          });
        },
      );
      const timer = setTimeout(() => {
        outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' }));
      }, timeoutMs);
      outgoing.on('error', fail);
      outgoing.end(body);
    });
};
