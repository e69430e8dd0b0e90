import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client's port: the same for requests over one connection. */
  readonly clientPort: number | undefined;
}

/** Answers one request; `count` includes it. */
export type Answer = (response: ServerResponse, request: Received, count: number) => void;

export interface Service {
  readonly endpoint: string;
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

/** An AWS service that answers what the test says, and shows whole requests. */
export const startService = async (answer: Answer, host = '127.0.0.1'): Promise<Service> => {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      const request = { headers: incoming.headers, body, clientPort: incoming.socket.remotePort };
      received.push(request);
      answer(response, request, received.length);
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    received,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** An answer in AWS's JSON protocol. */
export const answerJson = (response: ServerResponse, body: object, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
  response.end(JSON.stringify(body));
};

export const never: Answer = () => undefined;

export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'made-up', sessionToken: 'session-1' };
