import { readIfPresent, replaceFile } from '../atomic-file';
import { UserError } from '../user-error';
import type { MessageStatus, OutgoingMessage } from './message';

/** The latest messages that the stand-in was asked to send, and the latest opt-outs. */
export interface MessageStore {
  /** Oldest first. */
  readonly messages: () => readonly OutgoingMessage[];
  readonly optOuts: () => readonly string[];
  /** Resolves once the list is in the file, where there is one. */
  readonly setOptOuts: (optOuts: readonly string[]) => Promise<void>;
  /** Resolves once the message is in the file, where there is one. */
  readonly add: (message: OutgoingMessage) => Promise<void>;
  readonly update: (sid: string, change: { readonly status: MessageStatus; readonly from?: string }) => Promise<void>;
  /** Waits for the last write. */
  readonly close: () => Promise<void>;
}

const maxMessages = 1000;
const maxOptOuts = 1000;
const version = 1;

/**
 * @param path a file that only its owner can read; undefined keeps the messages in memory
 * @throws UserError for a file that it cannot read
 */
export const openMessageStore = async (path: string | undefined): Promise<MessageStore> => {
  let { messages, optOuts } = path === undefined ? empty : await load(path);
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const write = async (file: string): Promise<void> => {
    waiting = undefined;
    await (await replaceFile(file, [JSON.stringify({ version, messages, optOuts })])).close();
  };
  /** Changes that come during a write are written together after it. */
  const save = (): Promise<void> => {
    if (path === undefined) return Promise.resolve();
    if (waiting === undefined) {
      waiting = last.then(() => write(path));
      last = waiting.catch(() => undefined);
    }
    return waiting;
  };

  return {
    messages: () => messages,
    optOuts: () => optOuts,
    setOptOuts: (changed) => {
      optOuts = changed.slice(-maxOptOuts);
      return save();
    },
    add: (message) => {
      messages = [...messages, message].slice(-maxMessages);
      return save();
    },
    update: (sid, change) => {
      messages = messages.map((message) =>
        message.sid === sid ? { ...message, ...change, updatedAt: new Date().toISOString() } : message,
      );
      return save();
    },
    close: async () => {
      await last;
    },
  };
};

interface Content {
  readonly messages: readonly OutgoingMessage[];
  readonly optOuts: readonly string[];
}
const empty: Content = { messages: [], optOuts: [] };

const load = async (path: string): Promise<Content> => {
  const content = await readIfPresent(path);
  if (content === undefined) return empty;
  try {
    // This program writes the file atomically; the version names its format.
    const stored = JSON.parse(content.toString('utf8')) as Partial<Content> & { readonly version?: unknown };
    if (stored.version === version) return { ...empty, ...stored };
  } catch {
    // The parser's message would quote the file, which contains messages.
  }
  throw new UserError(`${path} is not a list of replies that this version can read. Move it away to start empty.`);
};
