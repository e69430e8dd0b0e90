import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectBody } from './read-body';

export interface LoopbackEndpoint {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Ends long polls and idle connections at once. */
  readonly close: () => Promise<void>;
}

/** Answers one request and never rejects. The signal aborts when the caller disconnects or the server closes. */
export type ServeRequest = (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void>;

/**
 * An HTTP server for one AWS service on 127.0.0.1. Signatures are not checked; only this machine can reach it.
 * @throws when the port is in use (`EADDRINUSE`); port 0 takes a free one
 */
export const startLoopbackServer = async (serve: ServeRequest, port = 0): Promise<LoopbackEndpoint> => {
  // Not AbortSignal.any: it would leak a listener per request on a signal that lives as long as the server.
  const open = new Set<AbortController>();
  const server = createServer((request, response) => {
    const disconnected = new AbortController();
    open.add(disconnected);
    response.once('close', () => {
      open.delete(disconnected);
      // To abort is to make an error with its stack, which nobody needs once the answer is sent.
      if (!response.writableFinished) disconnected.abort();
    });
    void serve(request, response, disconnected.signal);
  });
  // The SDK reuses connections; closing an idle one while a request is on its way would look like a service error.
  server.keepAliveTimeout = 0;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server on a TCP port has an AddressInfo.
  const address = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      (closed ??= new Promise((resolve) => {
        for (const disconnected of open) disconnected.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
};

/** Protects the secrets from web pages that reach 127.0.0.1 under their own name (DNS rebinding). */
export const isCalledByLoopbackName = (request: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '');

/** @returns the body, or undefined above the limit, where the rest is not read */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  return (await collectBody(request, maxBytes, 'leave')).body;
};
