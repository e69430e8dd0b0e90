import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request with its body, and when it began. */
export interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly body: string;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface LoopbackServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** An HTTP server on a free port of the loopback interface, which answers JSON after a delay. */
export const startLoopbackServer = async (
  answer: (received: ReceivedRequest) => JsonAnswer,
  answerAfterMs: number,
): Promise<LoopbackServer> => {
  const server = createServer((request, response) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void sleep(answerAfterMs).then(() => {
        const { status, body } = answer({ request, body: Buffer.concat(chunks).toString(), startedAt });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
