import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { raceDeadline, withDeadline } from '../../../lambda/shared/runtime/deadline';
import { sessionHeader } from '../../api';
import type { Asset, Page } from '../page';
import { ApiProblem, notFound, problemOf } from './api-problem';
import { refusalOf } from './guard';
import { securityHeaders } from './headers';
import { readJsonBody, readTarget } from './read-request';
import { matchPath, type Route, type RouteAnswer } from './route';
import type { Sessions } from './sessions';
import { writeAnswer, writeProblem } from './write-answer';

export interface ConsoleServerOptions {
  /** Taken if it is free; 0 takes any free port. */
  readonly port: number;
  readonly page: () => Promise<Page>;
  readonly sessions: Sessions;
  readonly routes: readonly Route[];
  /** @throws ApiProblem if the change is not allowed, or not confirmed */
  readonly checkChange: (body: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Gets errors that are mistakes of this program. */
  readonly onUnexpected: (error: unknown) => void;
}

export interface ConsoleServer {
  readonly port: number;
  /** Ends all requests, streams included. */
  readonly close: () => Promise<void>;
}

const maxHeaderBytes = 16_384;
const requestTimeoutMs = 30_000;
const maxSessionBytes = 1024;

export const startConsoleServer = async (options: ConsoleServerOptions): Promise<ConsoleServer> => {
  const closing = new AbortController();
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes, requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => void serve(request, response),
  );
  server.on('clientError', (_error, socket) => answerMalformed(socket));
  // Nothing here upgrades or tunnels.
  for (const event of ['upgrade', 'connect']) {
    server.on(event, (_request: IncomingMessage, socket: Socket) => answerMalformed(socket));
  }
  await listen(server, options.port);
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    try {
      const refusal = refusalOf(request.headers, port);
      if (refusal !== undefined) throw new ApiProblem(403, refusal.reason, refusal.message);
      await serveOwn(request, response, options, closing.signal);
    } catch (error) {
      writeProblem(response, problemOf(error, options.onUnexpected));
    }
  };

  return {
    port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The port, or any free one if it is in use. */
const listen = async (server: ReturnType<typeof createServer>, port: number): Promise<void> => {
  const listenOn = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  try {
    await listenOn(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === 0) throw error;
    server.removeAllListeners('error');
    await listenOn(0);
  }
};

const answerMalformed = (socket: Duplex): void => {
  // Node takes its own listener off a socket that upgrades, and a reset without a listener ends the process.
  socket.on('error', () => socket.destroy());
  const headers = { ...securityHeaders, 'content-length': '0', connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (socket.writable) socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('\r\n')}\r\n\r\n`);
  else socket.destroy();
};

/** A request of the console's own page, or of a program on this machine. */
const serveOwn = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: ConsoleServerOptions,
  closing: AbortSignal,
): Promise<void> => {
  const { segments, query } = readTarget(request.url ?? '');
  const path = `/${segments.join('/')}`;
  if (segments[0] !== 'api') {
    writeAsset(request, response, assetOf(await options.page(), path));
    return;
  }
  if (path === '/api/session') {
    requireMethod(request, ['POST']);
    const { token } = await readJsonBody(request, maxSessionBytes);
    const session = typeof token === 'string' ? options.sessions.open(token) : undefined;
    if (session === undefined) throw noSession();
    await writeAnswer(response, { kind: 'json', value: { session } }, closing);
    return;
  }
  const session = request.headers[sessionHeader];
  if (typeof session !== 'string' || !options.sessions.isOpen(session)) throw noSession();
  const matches = options.routes.flatMap((route) => {
    const params = matchPath(route.path, segments);
    return params === undefined ? [] : [{ route, params }];
  });
  if (matches.length === 0) throw notFound('There is no such address.');
  const found = matches.find(({ route }) => route.method === request.method);
  if (found === undefined) throw wrongMethod(matches.map(({ route }) => route.method));
  const { route, params } = found;
  const body = route.method === 'POST' ? await readJsonBody(request, route.maxBodyBytes) : {};
  if (route.changes) await options.checkChange(body);
  await answerRoute(response, route, { params, query, body }, closing);
};

const noSession = (): ApiProblem =>
  new ApiProblem(403, 'no_session', 'Open the console by the address that its terminal printed: it has the token.');

const wrongMethod = (allowed: readonly string[]): ApiProblem =>
  new ApiProblem(405, 'method', `This address takes ${allowed.join(' and ')} only.`, { allow: allowed.join(', ') });

const requireMethod = ({ method = '' }: IncomingMessage, allowed: readonly string[]): void => {
  if (!allowed.includes(method)) throw wrongMethod(allowed);
};

const assetOf = (page: Page, path: string): Asset => {
  const asset = page.get(path);
  if (asset === undefined) throw notFound('There is no such address.');
  return asset;
};

const writeAsset = (request: IncomingMessage, response: ServerResponse, { type, bytes }: Asset): void => {
  requireMethod(request, ['GET', 'HEAD']);
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
};

/** Bounded in time, whatever the gateway does. A stream of lines ends with the page or the server. */
const answerRoute = async (
  response: ServerResponse,
  route: Route,
  request: Omit<Parameters<Route['answer']>[0], 'signal'>,
  closing: AbortSignal,
): Promise<void> => {
  const gone = new AbortController();
  const end = (): void => gone.abort();
  response.once('close', end);
  closing.addEventListener('abort', end, { once: true });
  try {
    const answer = await bounded(route, (signal) => route.answer({ ...request, signal }), gone.signal);
    await writeAnswer(response, answer, gone.signal);
  } finally {
    closing.removeEventListener('abort', end);
    gone.abort();
  }
};

const bounded = async (
  { timeoutMs, path }: Route,
  work: (signal: AbortSignal) => Promise<RouteAnswer>,
  outer: AbortSignal,
): Promise<RouteAnswer> => {
  const answer = await withDeadline(
    timeoutMs,
    (signal) => raceDeadline<RouteAnswer | undefined>(signal, work(signal), () => undefined),
    outer,
  );
  if (answer !== undefined) return answer;
  throw new ApiProblem(504, 'timeout', `The gateway did not answer ${path} within ${timeoutMs / 1000} s.`);
};
