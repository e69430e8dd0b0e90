import type { IncomingMessage } from 'node:http';

/** What is in a request, for readers that decide what to do above their limit. */
export interface Body {
  /** Undefined above the limit. */
  readonly body: Buffer | undefined;
  /** Of the whole body, or of what was read of it. */
  readonly bytes: number;
}

/**
 * Reads a body with listeners: an asynchronous iterator costs several times as much, for a body that is one chunk.
 * @param rest whether what is above the limit is read and dropped, or left unread
 * @throws Error if the client disconnects before the end
 */
export const collectBody = (request: IncomingMessage, maxBytes: number, rest: 'drop' | 'leave'): Promise<Body> =>
  new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error('The client disconnected.'));
    if (request.destroyed) {
      onClose();
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', reject).off('close', onClose);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      if (rest === 'drop') return;
      settle();
      request.pause();
      resolve({ body: undefined, bytes });
    };
    const onEnd = (): void => {
      settle();
      const [first = Buffer.alloc(0)] = chunks;
      const body = chunks.length <= 1 ? first : Buffer.concat(chunks);
      resolve({ body: bytes <= maxBytes ? body : undefined, bytes });
    };
    request.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  });
