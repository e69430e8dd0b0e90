import { mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../../../local/atomic-file';
import { openSecretStore } from '../../../local/secrets-manager/store';
import { openJournal } from '../../../local/sqs/queue/journal';
import { createSqs } from '../../../local/sqs/sqs';
import { accountId, only, region } from './fixture';

/** One file or directory that was asked to reach the disk, and what the watched path held at that moment. */
interface Sync {
  readonly of: 'file' | 'directory';
  readonly content: string;
}

let directory: string;
let path: string;
let syncs: Sync[];
/** What a sync waits for after it is recorded, as it would for a slow disk. */
let disk: Promise<void>;
/** Called when a sync is under way. */
let onSync: () => void;
let restore: () => void;

const contentOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
};

/** Every file handle of this process records its syncs, then does them. */
const watchSyncs = async (): Promise<() => void> => {
  const handle = await open(directory, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const spies = (['sync', 'datasync'] as const).map((name) => {
    const real: unknown = Reflect.get(prototype, name);
    if (typeof real !== 'function') throw new Error(`a file handle has no ${name}`);
    return jest.spyOn(prototype, name).mockImplementation(async function (this: FileHandle) {
      const isDirectory = (await this.stat()).isDirectory();
      syncs.push({ of: isDirectory ? 'directory' : 'file', content: await contentOf(path) });
      onSync();
      await disk;
      await Reflect.apply(real, this, []);
    });
  });
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
};

/** Stops the disk until the answer is called. */
const holdDisk = (): (() => void) => {
  let release = (): void => undefined;
  disk = new Promise((resolve) => (release = resolve));
  return release;
};

/** Whether a promise settles although the sync that comes first is still under way. */
const settlesBeforeSync = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  const settling = promise.then(() => (settled = true));
  const syncing = new Promise<void>((resolve) => (onSync = resolve));
  await Promise.race([settling, syncing]);
  // What does not wait for the sync has its turn now.
  await sleep(20);
  return settled;
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqs-journal-sync-'));
  path = join(directory, 'sqs.journal');
  syncs = [];
  onSync = () => undefined;
  disk = Promise.resolve();
  restore = await watchSyncs();
});
afterEach(async () => {
  restore();
  await rm(directory, { recursive: true });
});

const openText = (compactAboveBytes?: number) =>
  openJournal<string>({
    path,
    replay: () => undefined,
    snapshot: () => ['a snapshot'],
    ...(compactAboveBytes === undefined ? {} : { compactAboveBytes }),
  });

test('a record is committed once the file that has it is on the disk, and not before', async () => {
  const journal = await openText();
  syncs = [];
  const release = holdDisk();
  journal.append('the record');
  const committed = journal.committed();
  expect(await settlesBeforeSync(committed)).toBe(false);
  expect(syncs).toEqual([{ of: 'file', content: expect.stringContaining('the record') }]);
  release();
  await committed;
  await journal.close();
});

test('a record that is appended while the disk is busy waits for a sync of its own', async () => {
  const journal = await openText();
  syncs = [];
  const release = holdDisk();
  journal.append('the first');
  const first = journal.committed();
  expect(await settlesBeforeSync(first)).toBe(false);
  journal.append('the second');
  const second = journal.committed();
  release();
  await first;
  await second;
  expect(syncs.map(({ content }) => content.includes('the second'))).toEqual([false, true]);
  await journal.close();
});

test('a record that is part of a compaction is committed once the new file and its name are on the disk', async () => {
  const journal = await openText(0);
  journal.append('a long record '.repeat(100));
  await journal.committed();
  syncs = [];
  const release = holdDisk();
  journal.append('the record');
  const committed = journal.committed();
  expect(await settlesBeforeSync(committed)).toBe(false);
  release();
  await committed;
  expect(syncs.map(({ of }) => of)).toEqual(['file', 'directory']);
  await journal.close();
});

test('a file is replaced once the new one is on the disk, and its name is written to the disk afterwards', async () => {
  await (await replaceFile(path, ['old'])).close();
  syncs = [];
  await (await replaceFile(path, ['new ', 'content'])).close();
  expect(syncs).toEqual([
    { of: 'file', content: 'old' },
    { of: 'directory', content: 'new content' },
  ]);
});

test('a change of a secret is answered once it is on the disk, and not before', async () => {
  const store = await openSecretStore(path);
  const release = holdDisk();
  const changed = store.update(() => ({ secrets: [], result: 'done' }));
  expect(await settlesBeforeSync(changed)).toBe(false);
  release();
  await changed;
  expect(syncs.map(({ of }) => of)).toEqual(['file', 'directory']);
  await store.close();
});

describe('SQS answers only when the disk has it:', () => {
  const start = async () => {
    const sqs = await createSqs({
      journalPath: path,
      region,
      accountId,
      endpoint: () => 'http://127.0.0.1',
      now: Date.now,
    });
    const QueueUrl = sqs.createQueue('events').url;
    const send = (MessageBody: string) => sqs.actions.SendMessage({ QueueUrl, MessageBody });
    const receive = async () => only((await sqs.actions.ReceiveMessage({ QueueUrl })).Messages ?? []).ReceiptHandle;
    return { sqs, QueueUrl, send, receive };
  };
  type Started = Awaited<ReturnType<typeof start>>;

  test.each<[string, (started: Started) => Promise<() => Promise<unknown>>]>([
    ['SendMessage', ({ send }) => Promise.resolve(() => send('sent'))],
    [
      'SendMessageBatch',
      ({ sqs, QueueUrl }) =>
        Promise.resolve(() => sqs.actions.SendMessageBatch({ QueueUrl, Entries: [{ Id: 'x', MessageBody: 'sent' }] })),
    ],
    [
      'DeleteMessage',
      async ({ sqs, QueueUrl, send, receive }) => {
        await send('deleted');
        const ReceiptHandle = await receive();
        return () => sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle });
      },
    ],
    [
      'PurgeQueue',
      async ({ sqs, QueueUrl, send }) => {
        await send('purged');
        return () => sqs.actions.PurgeQueue({ QueueUrl });
      },
    ],
  ])('%s', async (_action, prepare) => {
    const started = await start();
    const call = await prepare(started);
    syncs = [];
    const before = await contentOf(path);
    const release = holdDisk();
    const answer = call();
    expect(await settlesBeforeSync(answer)).toBe(false);
    expect(syncs.map(({ of }) => of)).toEqual(['file']);
    expect(syncs[0]?.content.length).toBeGreaterThan(before.length);
    release();
    await answer;
    await started.sqs.close();
  });
});
