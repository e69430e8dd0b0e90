import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { readIfPresent } from '../../atomic-file';

/** A signed request to the gateway, as it was sent. Its signature is not checked yet. */
export interface SentWebhook {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly target: string;
  /** The Host header. */
  readonly host: string;
  readonly signature: string;
  readonly body: Buffer;
}

/** Keeps the latest webhooks unread until a list is asked for, so that each webhook costs almost nothing. */
export interface SentWebhooks {
  readonly add: (webhook: SentWebhook) => void;
  /** The webhooks since the last call, oldest first. */
  readonly take: () => readonly SentWebhook[];
  readonly close: () => Promise<void>;
}

export interface SentWebhooksOptions {
  /** A file to keep them in; undefined keeps them in memory. */
  readonly path: string | undefined;
  /** Called for every few hundred webhooks. */
  readonly onBlock?: () => void;
  /** Bytes in memory, and in each of two files. @default 16 MB: about 20,000 messages */
  readonly maxBytes?: number;
}

interface Block {
  readonly bytes: Buffer;
  used: number;
  taken: number;
  written: number;
}

const blockBytes = 256 * 1024;
const defaultMaxBytes = 16 * 1024 * 1024;
const writeEveryMs = 1_000;
/** The two lengths before each webhook. */
const prefixBytes = 8;

export const openSentWebhooks = async (options: SentWebhooksOptions): Promise<SentWebhooks> => {
  const { path, onBlock = () => undefined, maxBytes = defaultMaxBytes } = options;
  const file = path === undefined ? undefined : await openFile(path, maxBytes);
  let blocks: Block[] = file?.blocks ?? [];

  const dropDone = (): void => {
    const isDone = ({ used, taken, written }: Block) => taken === used && (file === undefined || written === used);
    const last = blocks.at(-1);
    blocks = blocks.filter((block) => block === last || !isDone(block));
  };
  const newBlock = (): Block => {
    onBlock();
    const block = { bytes: Buffer.allocUnsafeSlow(blockBytes), used: 0, taken: 0, written: 0 };
    blocks.push(block);
    if (blocks.length > Math.max(1, maxBytes / blockBytes)) blocks.shift();
    return block;
  };
  const write = async (): Promise<void> => {
    await file?.write(blocks);
    dropDone();
  };
  // What was sent in the last second before a crash is lost.
  const timer = file && setInterval(() => void write().catch(() => undefined), writeEveryMs).unref();

  return {
    add: ({ at, method, target, host, signature, body }) => {
      // Node gives these texts one byte for each character.
      const head = JSON.stringify([at, method, target, host, signature]);
      const bytesNeeded = prefixBytes + head.length + body.length;
      if (bytesNeeded > blockBytes) return;
      let block = blocks.at(-1);
      if (block === undefined || block.used + bytesNeeded > block.bytes.length) block = newBlock();
      const { bytes, used } = block;
      bytes.writeUInt32LE(head.length, used);
      bytes.writeUInt32LE(body.length, used + 4);
      bytes.write(head, used + prefixBytes, 'latin1');
      body.copy(bytes, used + prefixBytes + head.length);
      block.used = used + bytesNeeded;
    },
    take: () => {
      const webhooks = blocks.flatMap((block) => {
        const read = readWebhooks(block.bytes.subarray(block.taken, block.used));
        block.taken = block.used;
        return read.webhooks;
      });
      dropDone();
      return webhooks;
    },
    close: async () => {
      clearInterval(timer);
      await write();
      await file?.close();
    },
  };
};

/** Reads webhooks until the bytes end, or end in the middle of one. */
const readWebhooks = (bytes: Buffer): { readonly webhooks: readonly SentWebhook[]; readonly length: number } => {
  const webhooks: SentWebhook[] = [];
  let at = 0;
  while (at + prefixBytes <= bytes.length) {
    const headEnd = at + prefixBytes + bytes.readUInt32LE(at);
    const end = headEnd + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) break;
    // `add` has written it.
    const head = bytes.toString('latin1', at + prefixBytes, headEnd);
    const [sentAt, method, target, host, signature] = JSON.parse(head) as [number, string, string, string, string];
    // A copy: a part would keep the whole block in memory.
    webhooks.push({ at: sentAt, method, target, host, signature, body: Buffer.from(bytes.subarray(headEnd, end)) });
    at = end;
  }
  return { webhooks, length: at };
};

/** The file and the one before it, which is dropped when the file is full. Only their owner can read them. */
const openFile = async (path: string, maxBytes: number) => {
  const oldPath = `${path}.old`;
  const kept = await Promise.all([oldPath, path].map(readWholeWebhooks));
  let size = kept[1]?.used ?? 0;
  let handle: FileHandle = await open(path, 'a', 0o600);
  // Nothing may follow an incomplete webhook.
  await handle.truncate(size);
  let last: Promise<void> = Promise.resolve();

  const append = async (blocks: readonly Block[]): Promise<void> => {
    for (const block of blocks) {
      const { bytes, used, written } = block;
      if (written === used) continue;
      await handle.appendFile(bytes.subarray(written, used));
      block.written = used;
      size += used - written;
    }
    if (size < maxBytes) return;
    await handle.close();
    await rename(path, oldPath);
    handle = await open(path, 'a', 0o600);
    size = 0;
  };
  return {
    blocks: kept.filter((block) => block !== undefined),
    write: (blocks: readonly Block[]): Promise<void> => {
      const done = last.then(() => append(blocks));
      last = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await last;
      await handle.close();
    },
  };
};

/** A damaged file is deleted: the gateway needs nothing of it. */
const readWholeWebhooks = async (path: string): Promise<Block | undefined> => {
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  try {
    const used = readWebhooks(bytes).length;
    return { bytes: bytes.subarray(0, used), used, taken: 0, written: used };
  } catch {
    await rm(path, { force: true });
    return undefined;
  }
};
