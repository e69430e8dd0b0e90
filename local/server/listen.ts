import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../user-error';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: request line and headers together */
const maxHeaderBytes = 10_240;
/** How long a request may take to arrive, and how long `close` waits for those under way, in milliseconds. */
const requestTimeoutMs = 30_000;
const closeTimeoutMs = 10_000;

export interface HttpListener {
  readonly origin: string;
  /** From now on requests are served; those that came before have waited. */
  serve(listener: RequestListener): void;
  /** From now on requests that want another protocol go there; until then they are requests like others. */
  upgrade(listener: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void): void;
  /** Answers what is under way and takes nothing new. */
  readonly close: () => Promise<void>;
}

/**
 * Takes a port on the loopback interface before anything else is started, so that a port in use is found at once.
 * @throws UserError if the port cannot be had
 */
export const listen = async (port: number): Promise<HttpListener> => {
  let serve: (listener: RequestListener) => void = () => undefined;
  const listener = new Promise<RequestListener>((resolve) => {
    serve = resolve;
  });
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes, requestTimeout: requestTimeoutMs },
    (incoming, outgoing) => void listener.then((handle) => handle(incoming, outgoing)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(
              `Port ${port} is in use. Stop what listens there or choose another: npm start -- --port N`,
            )
          : new UserError(`Cannot listen on port ${port}: ${error.code ?? error.message}`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  let closed: Promise<void> | undefined;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve,
    upgrade: (listener) => void server.on('upgrade', listener),
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
