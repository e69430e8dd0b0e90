import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { abortError, callOf } from './call';

/** The SDK's contract of a request handler. */
export interface RequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  readonly handle: (request: HttpRequest) => Promise<{ readonly response: HttpResponse }>;
  readonly destroy: () => void;
  readonly updateHttpClientConfig: () => void;
  readonly httpHandlerConfigs: () => Readonly<Record<string, never>>;
}

/** What the SDK's own request handler uses. */
const agentOptions = { keepAlive: true, maxSockets: 50 };

/**
 * Sends the SDK's requests with Node's own client, over connections that stay open. The SDK's request handler has four
 * timers for each attempt, streams bodies, and does not bound the answer's body. Here one timer bounds the whole
 * attempt, and the body is read at once. It serves operations without a query and without a stream: all that functions
 * call.
 * @see https://github.com/smithy-lang/smithy-typescript/tree/main/packages/node-http-handler
 */
export const createRequestHandler = (timeoutMs: number): RequestHandler => {
  const agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: (request) => attempt(request, timeoutMs, agents),
    destroy: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
};

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

const attempt = (request: HttpRequest, timeoutMs: number, agents: Agents): Promise<{ response: HttpResponse }> => {
  const call = callOf(request);
  if (call?.signal.aborted === true) return Promise.reject(abortError(call.signal));
  return new Promise((resolve, reject) => {
    const { protocol, hostname, port, method, path, headers } = request;
    const isTls = protocol === 'https:';
    const outgoing = (isTls ? requestHttps : requestHttp)({
      agent: isTls ? agents.https : agents.http,
      // Node takes the address of IPv6 without brackets.
      hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
      port,
      method,
      path,
      headers,
    });
    const end = () => {
      clearTimeout(timer);
      // A late event must not take that of the next attempt.
      if (call?.endAttempt === cut) call.endAttempt = undefined;
    };
    const fail = (error: Error) => {
      end();
      reject(named(error));
    };
    const cut = (reason: Error) => {
      // First, because a request that Node has closed emits no error any more.
      fail(reason);
      outgoing.destroy(reason);
    };
    const timer = setTimeout(() => cut(timeoutError(timeoutMs)), timeoutMs);
    if (call !== undefined) call.endAttempt = cut;
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () => {
        end();
        resolve({ response: responseOf(incoming, chunks) });
      });
    });
    outgoing.end(request.body);
  });
};

const responseOf = ({ statusCode = 0, headers }: IncomingMessage, chunks: readonly Buffer[]): HttpResponse => {
  const [only] = chunks;
  return new HttpResponse({
    statusCode,
    // Only Set-Cookie would be a list, and AWS does not send it.
    headers: headers as Record<string, string>,
    body: only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks),
  });
};

const timeoutError = (timeoutMs: number): Error =>
  Object.assign(new Error(`No answer within ${timeoutMs} ms.`), { name: 'TimeoutError', code: 'ETIMEDOUT' });

/** The SDK retries errors of the network by this name. */
const named = (error: Error): Error =>
  'code' in error && ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(String(error.code))
    ? Object.assign(error, { name: 'TimeoutError' })
    : error;
