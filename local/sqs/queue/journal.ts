import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { readIfPresent, replaceFile } from '../../atomic-file';

/** The durable log of the queues: every change in order, one line with a checksum each. */
export interface Journal<R> {
  /**
   * Adds a change. The caller applies it in memory synchronously, so that file and memory have the same order.
   * @throws after a write has failed
   */
  readonly append: (record: R) => void;
  /** Settles when everything appended so far survives a crash of the process and of the machine. */
  readonly committed: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** For queues in memory only. */
export const createVolatileJournal = <R>(): Journal<R> => ({
  append: () => undefined,
  committed: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

export interface JournalOptions<R> {
  readonly path: string;
  /** Called for every record of an earlier run, in order, before the journal opens. */
  readonly replay: (record: R) => void;
  /** The records that rebuild the current state: the content of a compacted journal. */
  readonly snapshot: () => Iterable<R>;
  /** No compaction below this size. */
  readonly compactAboveBytes?: number;
}

const header = `${JSON.stringify({ format: 'sqs-journal', version: 1 })}\n`;

/**
 * Replays, compacts and opens a journal. Concurrent commits share one fdatasync.
 * @throws JournalError when the file is damaged, except for an incomplete last line
 */
export const openJournal = async <R>(options: JournalOptions<R>): Promise<Journal<R>> => {
  const { path, compactAboveBytes = 8 * 1024 * 1024 } = options;
  for (const record of parseJournal(path, (await readIfPresent(path)) ?? Buffer.alloc(0))) {
    // The checksum proves that this program wrote it.
    options.replay(record as R);
  }

  let pending: string[] = [];
  let waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  let writing: Promise<void> | undefined;
  let bytes = 0;
  let compactedBytes = 0;

  const compact = async (): Promise<FileHandle> => {
    const lines = [header];
    for (const record of options.snapshot()) lines.push(encode(record));
    const file = await replaceFile(path, lines);
    bytes = compactedBytes = (await file.stat()).size;
    return file;
  };
  let file = await compact();

  const writeBatch = async (): Promise<void> => {
    const lines = pending;
    const waiters = waiting;
    pending = [];
    waiting = [];
    try {
      if (bytes > Math.max(compactAboveBytes, 4 * compactedBytes)) {
        // The snapshot is synchronous and already contains the pending lines.
        const old = file;
        file = await compact();
        await old.close();
      } else {
        const text = lines.join('');
        bytes += Buffer.byteLength(text);
        await file.appendFile(text);
        if (waiters.length > 0) await file.datasync();
      }
      for (const { resolve } of waiters) resolve();
    } catch (cause) {
      failure = new JournalError(
        `Cannot write ${path}; the queues accept nothing more until you restart the gateway.`,
        {
          cause,
        },
      );
      for (const { reject } of [...waiters, ...waiting]) reject(failure);
      pending = [];
      waiting = [];
    }
  };
  const write = async (): Promise<void> => {
    // Changes of the same turn of the event loop share one batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (failure === undefined && (pending.length > 0 || waiting.length > 0)) await writeBatch();
    writing = undefined;
  };

  return {
    append: (record) => {
      if (failure !== undefined) throw failure;
      pending.push(encode(record));
      writing ??= write();
    },
    committed: () =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiting.push({ resolve, reject });
        writing ??= write();
      }),
    close: async () => {
      while (writing !== undefined) await writing;
      await file.close();
    },
  };
};

const encode = (record: unknown): string => {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
};

const checksum = (json: string | Buffer): string => crc32(json).toString(16).padStart(8, '0');

function* parseJournal(path: string, content: Buffer): Generator {
  const newline = 0x0a;
  if (content.length > 0 && content.indexOf(newline) < 0) throw notAJournal(path);
  // An incomplete last line was never acknowledged.
  for (let start = 0, line = 1, end = content.indexOf(newline); end >= 0; line += 1) {
    const text = content.subarray(start, end);
    if (line === 1) {
      if (text.toString() !== header.trimEnd()) throw notAJournal(path);
    } else {
      yield decode(path, line, text);
    }
    start = end + 1;
    end = content.indexOf(newline, start);
  }
}

const notAJournal = (path: string): JournalError =>
  new JournalError(`${path} is not a queue journal that this version can read. Move it away to start empty.`);

const decode = (path: string, line: number, text: Buffer): unknown => {
  const json = text.subarray(9);
  if (text.subarray(0, 9).toString('latin1') !== `${checksum(json)} `) {
    throw new JournalError(
      `${path} is damaged in line ${line}. Restore it from a copy, cut it off before that line (which loses later ` +
        'changes), or move it away to start empty.',
    );
  }
  return JSON.parse(json.toString('utf8'));
};
