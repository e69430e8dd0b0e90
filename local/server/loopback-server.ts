import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackEndpoint {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Ends long polls and idle connections at once. */
  readonly close: () => Promise<void>;
}

/** Answers one request, its own faults included: it never rejects. The signal aborts when the caller is gone or the server closes. */
export type ServeRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) => Promise<void>;

/**
 * An HTTP server for one service of AWS's on 127.0.0.1. Signatures are not checked; nobody but this machine can reach it.
 * @throws when the port is taken (`EADDRINUSE`); port 0 takes a free one
 */
export const startLoopbackServer = async (serve: ServeRequest, port = 0): Promise<LoopbackEndpoint> => {
  // Not AbortSignal.any: every request would leave something behind on a signal that lives as long as the server.
  const open = new Set<AbortController>();
  const server = createServer((request, response) => {
    const gone = new AbortController();
    open.add(gone);
    response.once('close', () => {
      open.delete(gone);
      gone.abort();
    });
    void serve(request, response, gone.signal);
  });
  // The SDK keeps connections; one that ends here while a request is on its way would look like a fault of the service.
  server.keepAliveTimeout = 0;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of this kind.
  const address = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      (closed ??= new Promise((resolve) => {
        for (const gone of open) gone.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
};

/** A web page can be made to call 127.0.0.1 under its own name (DNS rebinding); secrets are served here. */
export const isCalledByLoopbackName = (request: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '');

/** @returns the whole body, or undefined where it is longer than allowed: the rest of it is not read */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
