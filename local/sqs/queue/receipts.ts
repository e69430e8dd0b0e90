import { randomUUID } from 'node:crypto';
import { sqsError } from '../errors';
import type { Message } from './message';
import type { Queue } from '../queues';

/**
 * A receipt handle names one receive of one message. The handle of the last receive stays valid after the visibility
 * timeout, until the message is received again. Older handles, and all handles of an earlier run, are outdated: not
 * every receive of that run may have reached the journal.
 */
export interface Receipts {
  readonly handleOf: (queue: Queue, message: Message) => string;
  /**
   * The message, if this is its last receive; undefined when it was received again or is gone.
   * @throws AwsJsonError `ReceiptHandleIsInvalid` for anything but a handle of this queue
   */
  readonly find: (queue: Queue, handle: string) => Message | undefined;
}

export const createReceipts = (): Receipts => {
  const run = randomUUID();
  return {
    handleOf: (queue, message) =>
      Buffer.from(JSON.stringify([queue.name, message.id, message.receiveCount, run])).toString('base64url'),
    find: (queue, handle) => {
      const [name, id, receiveCount, handleRun] = decode(handle);
      if (name !== queue.name || typeof id !== 'string') {
        throw sqsError(
          'ReceiptHandleIsInvalid',
          'The input receipt handle is not a valid receipt handle of this queue.',
        );
      }
      const message = queue.messages.get(id);
      return handleRun === run && message?.receiveCount === receiveCount ? message : undefined;
    },
  };
};

const decode = (handle: string): readonly unknown[] => {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(handle, 'base64url').toString());
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
};
