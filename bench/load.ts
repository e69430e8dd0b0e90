import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The bytes of an HTTP request, built before the measurement. */
export const postRequest = (path: string, body: string, headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      'host: webhooks.example.com',
      'content-type: application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent: TwilioProxy/1.1',
      'accept: */*',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );

export interface Load {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly Buffer[];
  readonly count: number;
  readonly connections: number;
  readonly expectedStatus: number;
  /** @default as fast as they are answered */
  readonly perSecond?: number;
  /** Called for every response. */
  readonly onAnswer?: (answered: number) => void;
}

/**
 * Sends requests over persistent connections, one at a time on each, and reads the responses, with as little work as
 * HTTP allows: it shares the machine with the measured program.
 * @returns milliseconds from the first request to the last answer
 * @throws Error on any other status, and when a connection closes
 */
export const drive = async (load: Load): Promise<number> => {
  const { port, requests, count, connections, perSecond = Infinity } = load;
  let sent = 0;
  let answered = 0;
  const next = (): Buffer | undefined => (sent < count ? requests[sent++ % requests.length] : undefined);
  const since = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(connections, count) }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      try {
        for (let request = next(); request !== undefined; request = next()) {
          const waitMs = since + (sent * 1000) / perSecond - performance.now();
          if (waitMs > 0) await sleep(waitMs);
          const status = await exchange(socket, request);
          if (status !== load.expectedStatus) {
            throw new Error(`Got status ${status}, expected ${load.expectedStatus}.`);
          }
          load.onAnswer?.((answered += 1));
        }
      } finally {
        socket.destroy();
      }
    }),
  );
  return performance.now() - since;
};

const exchange = (socket: Socket, request: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = '';
    const onClose = (): void => reject(new Error('The server closed a connection.'));
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const status = completeStatus(text);
      if (status === undefined) return;
      socket.off('data', onData).off('close', onClose).off('error', reject);
      if (status === 'chunked') reject(new Error('The response has no content-length.'));
      else resolve(status);
    };
    socket.on('data', onData).on('close', onClose).on('error', reject);
    socket.write(request);
  });

/** The status, once the response is complete. */
const completeStatus = (text: string): number | 'chunked' | undefined => {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const status = Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? (status === 204 ? '0' : undefined);
  if (length === undefined) return 'chunked';
  return text.length >= end + 4 + Number(length) ? status : undefined;
};
