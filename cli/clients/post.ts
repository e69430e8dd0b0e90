import * as http from 'node:http';
import * as https from 'node:https';
import { sendHttp } from '../../lambda/shared/runtime/send-http';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Includes the response headers in the answer. */
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

/** Posts and waits for the whole answer. Never rejects: a network error is returned as a `failure`. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** Twilio's timeout: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const twilioTimeoutMs = 15_000;
/** Twilio reads at most this much of an answer. */
const maxAnswerBytes = 64 * 1024;

const codeOf = (error: unknown): string => {
  // `sendHttp` rejects with errors only; Node's network errors have a code.
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'TIMEOUT';
  return typeof code === 'string' ? code : name;
};

/** Node lists names and values alternately. */
const headerPairs = (raw: readonly string[]): (readonly [string, string])[] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));

/** Reuses connections, as Twilio does. */
export const createPost = (signal: AbortSignal, timeoutMs = twilioTimeoutMs): Post => {
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  return async ({ url: text, headers, body, keepHeaders }) => {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    const url = new URL(text);
    // Cut from the text, because the parsed URL is re-encoded: path and query must be sent as they were signed.
    const path = text.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
    const agent = agents[url.protocol === 'https:' ? 'https:' : 'http:'];
    try {
      const answer = await sendHttp(
        { url, path, method: 'POST', headers, body, agent },
        { timeoutMs, maxAnswerBytes, signal },
      );
      return {
        kind: 'answer',
        status: answer.status,
        contentType: answer.headers['content-type'] ?? '',
        body: answer.body,
        durationMs: durationMs(),
        ...(keepHeaders === true ? { headers: headerPairs(answer.rawHeaders) } : {}),
      };
    } catch (error) {
      return { kind: 'failure', code: codeOf(error), durationMs: durationMs() };
    }
  };
};
