import type { Worker } from 'node:worker_threads';

type Image = Readonly<Record<string, unknown>>;

/** A change of an item, as `record-changes.cjs` writes it. */
export interface ChangeRecord {
  readonly sequenceNumber: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly oldImage?: Image;
  readonly newImage?: Image;
  readonly atSeconds: number;
}

/** The stream of one table. Records stay until they are trimmed, and survive a restart if the table does. */
export interface ChangeStream {
  /** The oldest records after a sequence number; the empty string means from the beginning. */
  read(after: string, limit: number): Promise<readonly ChangeRecord[]>;
  /** Deletes records up to and including this one. */
  trim(upTo: string): Promise<void>;
  /** Rises with every change. */
  version(): number;
  /** Resolves as soon as the stream's version differs from this one, or when the signal aborts. */
  changedSince(version: number, signal: AbortSignal): Promise<void>;
}

/** Calls to the DynamoDB thread that DynamoDB's API does not have. */
export interface ChangeStreams {
  /** Records changes from now on. A stream that is open already stays as it is. */
  readonly open: (tableName: string) => Promise<ChangeStream>;
  /** Stops recording and deletes the records, as when a table's stream is disabled. */
  readonly drop: (tableName: string) => Promise<void>;
  /** Adds the indexes that an existing table does not have yet. */
  readonly addIndexes: (tableName: string, indexes: unknown, attributeDefinitions: unknown) => Promise<void>;
}

type Posted =
  { readonly appended: string } | { readonly id: number; readonly result?: unknown; readonly error?: string };

/** Calls into the thread that contains the tables. */
export const createChangeStreams = (thread: Worker): ChangeStreams => {
  let lastId = 0;
  const calls = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const streams = new Map<string, { version: number; readonly waiting: Set<() => void> }>();
  const opened = new Map<string, ChangeStream>();

  thread.on('message', (message: Posted) => {
    if ('appended' in message) {
      const stream = streams.get(message.appended);
      if (stream === undefined) return;
      stream.version += 1;
      for (const resume of stream.waiting) resume();
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(message.error));
  });
  thread.once('exit', () => {
    for (const { reject } of calls.values()) reject(new Error('The tables are closed.'));
    calls.clear();
  });

  const call = (
    name: 'addIndexes' | 'enable' | 'disable' | 'records' | 'trim',
    ...args: readonly unknown[]
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      calls.set(lastId, { resolve, reject });
      thread.postMessage({ id: lastId, call: name, args });
    });

  return {
    open: async (tableName) => {
      const known = opened.get(tableName);
      if (known !== undefined) return known;
      const stream = { version: 0, waiting: new Set<() => void>() };
      streams.set(tableName, stream);
      await call('enable', tableName);
      const changeStream: ChangeStream = {
        // The thread posts what `record-changes.cjs` writes.
        read: async (after, limit) => (await call('records', tableName, after, limit)) as readonly ChangeRecord[],
        trim: async (upTo) => {
          await call('trim', tableName, upTo);
        },
        version: () => stream.version,
        changedSince: (version, signal) =>
          new Promise((resolve) => {
            const resume = (): void => {
              stream.waiting.delete(resume);
              signal.removeEventListener('abort', resume);
              resolve();
            };
            stream.waiting.add(resume);
            signal.addEventListener('abort', resume);
            if (signal.aborted || stream.version !== version) resume();
          }),
      };
      opened.set(tableName, changeStream);
      return changeStream;
    },
    addIndexes: async (...args) => {
      await call('addIndexes', ...args);
    },
    drop: async (tableName) => {
      opened.delete(tableName);
      streams.delete(tableName);
      await call('disable', tableName);
    },
  };
};
