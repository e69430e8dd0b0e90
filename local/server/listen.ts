import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../user-error';

/**
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: request line and headers
 * together
 */
const maxHeaderBytes = 10_240;
/** Limits in milliseconds: for a request to arrive, and for `close` to wait for requests in progress. */
const requestTimeoutMs = 30_000;
const closeTimeoutMs = 10_000;

export type UpgradeListener = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpListener {
  readonly origin: string;
  /**
   * Serves new requests with this listener; earlier requests waited for the first one. Requests in progress stay with
   * the listener that they began with.
   */
  serve(listener: RequestListener): void;
  /** Passes upgrade requests to this listener; without one they are served like any other. */
  upgrade(listener: UpgradeListener | undefined): void;
  /** Answers the requests in progress and accepts no new ones. */
  readonly close: () => Promise<void>;
}

/**
 * Listens on the loopback interface before anything else is started, so that a port in use is reported at once.
 * @throws UserError if it cannot listen on the port
 */
export const listen = async (port: number): Promise<HttpListener> => {
  let current: RequestListener | undefined;
  const waiting: (() => void)[] = [];
  const server = createServer({ maxHeaderSize: maxHeaderBytes, requestTimeout: requestTimeoutMs }, (...request) => {
    if (current === undefined) waiting.push(() => current?.(...request));
    else current(...request);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(
              `Port ${port} is in use. Stop the program that uses it, or choose another: npm start -- --port N`,
            )
          : new UserError(`Cannot listen on port ${port}: ${error.code ?? error.message}`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  let closed: Promise<void> | undefined;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (listener) => {
      current = listener;
      for (const resume of waiting.splice(0)) resume();
    },
    upgrade: (listener) => {
      server.removeAllListeners('upgrade');
      if (listener !== undefined) server.on('upgrade', listener);
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), closeTimeoutMs).unref();
      });
      return closed;
    },
  };
};
