import { fork } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { JournalError, openJournal } from '../../../local/sqs/queue/journal';
import { createSqs, type LocalSqs } from '../../../local/sqs/sqs';
import { accountId, only, region } from './fixture';
import type { Acknowledged } from './journal-child';

let directory: string;
let journalPath: string;
let nowMs: number;
let sqs: LocalSqs;
let QueueUrl: string;
let deadLettersUrl: string;

/** A start of the gateway: the template's queues, the journal's messages. */
const start = async (): Promise<void> => {
  sqs = await createSqs({
    journalPath,
    region,
    accountId,
    endpoint: () => 'http://127.0.0.1',
    now: () => nowMs,
    compactAboveBytes: 10_000,
  });
  const deadLetters = sqs.createQueue('dead-letters');
  deadLettersUrl = deadLetters.url;
  QueueUrl = sqs.createQueue('events', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 },
  }).url;
};
const restart = async (): Promise<void> => {
  await sqs.close();
  await start();
};
const send = (MessageBody: string) => sqs.actions.SendMessage({ QueueUrl, MessageBody });
const receive = async (url = QueueUrl, VisibilityTimeout = 30) =>
  (
    await sqs.actions.ReceiveMessage({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
  ).Messages ?? [];
const drain = async (): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const messages = await receive();
    if (messages.length === 0) return bodies.sort();
    bodies.push(...messages.map(({ Body = '' }) => Body));
  }
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqs-journal-'));
  journalPath = join(directory, 'data', 'sqs.journal');
  nowMs = Date.now();
  await start();
});
afterEach(async () => {
  await sqs.close();
  await rm(directory, { recursive: true });
});

test('a message is restored after a restart with all its attributes, and visible', async () => {
  const sent = await sqs.actions.SendMessage({
    QueueUrl,
    MessageBody: 'héllo \u2028 🌍',
    MessageGroupId: 'tenant',
    MessageAttributes: {
      text: { DataType: 'String', StringValue: 'x' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    },
  });
  nowMs += 1000;
  const before = only(await receive());
  await restart();
  const after = only(await receive());
  expect(after).toEqual({
    ...before,
    ReceiptHandle: expect.any(String),
    Attributes: { ...before.Attributes, ApproximateReceiveCount: '2' },
  });
  expect(after.MessageId).toBe(sent.MessageId);
  expect(after.Attributes?.ApproximateFirstReceiveTimestamp).toBe(String(nowMs));
});

test('a delay outlives a restart', async () => {
  await sqs.actions.SendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 60 });
  await restart();
  expect(await receive()).toEqual([]);
  nowMs += 60_000;
  expect(only(await receive()).Body).toBe('later');
});

test('a deleted or purged message is not restored', async () => {
  for (const body of ['a', 'b', 'c']) await send(body);
  const [first, second] = await receive();
  await sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle });
  await sqs.actions.DeleteMessageBatch({
    QueueUrl,
    Entries: [{ Id: 'x', ReceiptHandle: second?.ReceiptHandle }],
  });
  await restart();
  expect(await drain()).toEqual(['c']);
  await sqs.actions.PurgeQueue({ QueueUrl });
  await send('d');
  await restart();
  expect(await drain()).toEqual(['d']);
});

test('a handle of an earlier run deletes nothing', async () => {
  await send('x');
  const { ReceiptHandle } = only(await receive());
  await restart();
  await sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle });
  expect(await drain()).toEqual(['x']);
});

test('the receive count survives restarts, and so do dead letters and redrives', async () => {
  await send('poison');
  for (let n = 1; n <= 3; n += 1) {
    expect(only(await receive()).Attributes?.ApproximateReceiveCount).toBe(String(n));
    await restart();
  }
  expect(await receive()).toEqual([]);
  await restart();
  expect(await receive()).toEqual([]);
  const dead = only(await receive(deadLettersUrl, 0));
  expect(dead.Attributes).toMatchObject({
    ApproximateReceiveCount: '4',
    DeadLetterQueueSourceArn: expect.any(String),
  });

  const SourceArn = `arn:aws:sqs:${region}:${accountId}:dead-letters`;
  await sqs.actions.StartMessageMoveTask({ SourceArn });
  for (;;) {
    const { Results } = await sqs.actions.ListMessageMoveTasks({ SourceArn });
    if (Results?.[0]?.Status === 'COMPLETED') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await restart();
  expect(await receive(deadLettersUrl)).toEqual([]);
  expect(only(await receive()).Attributes?.ApproximateReceiveCount).toBe('1');
});

test('messages of a queue that is not there wait until it is', async () => {
  const other = sqs.createQueue('other').url;
  await sqs.actions.SendMessage({ QueueUrl: other, MessageBody: 'x' });
  await restart();
  await restart();
  sqs.createQueue('other');
  expect(only(await receive(other)).Body).toBe('x');
});

test('a last line that was cut short is ignored', async () => {
  await send('whole');
  await sqs.close();
  await appendFile(journalPath, '0badc0de {"type":"send","queue":"events","mess');
  await start();
  await send('after');
  await restart();
  expect(await drain()).toEqual(['after', 'whole']);
});

test.each([
  ['a changed byte', (text: string) => text.replace('whole', 'hurts'), /damaged in line 2\b/],
  ['a lost line end', (text: string) => text.replace(/\n([^\n]+)\n$/, ' $1\n'), /damaged in line 2\b/],
  ['another format', (text: string) => text.replace('sqs-journal', 'something'), /not a queue journal/],
  ['no line at all', () => 'precious notes', /not a queue journal/],
])('rejects a journal with %s and leaves it as it is', async (_what, damage, message) => {
  await send('whole');
  await send('second');
  await sqs.close();
  const damaged = damage(await readFile(journalPath, 'utf8'));
  await writeFile(journalPath, damaged);
  await expect(start()).rejects.toThrow(message);
  await expect(start()).rejects.not.toThrow(/whole|second/);
  expect(await readFile(journalPath, 'utf8')).toBe(damaged);
});

test('the journal stays small: it is rewritten while it runs and at a start', async () => {
  await send('stays');
  for (let n = 0; n < 100; n += 1) {
    await send('x'.repeat(500));
    const passing = (await receive(QueueUrl, 1)).find(({ Body }) => Body !== 'stays');
    nowMs += 1000;
    await sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle: passing?.ReceiptHandle });
  }
  expect((await stat(journalPath)).size).toBeLessThan(20_000);
  await restart();
  expect((await stat(journalPath)).size).toBeLessThan(500);
  expect(await readdir(join(directory, 'data'))).toEqual(['sqs.journal']);
  expect((await stat(journalPath)).mode & 0o777).toBe(0o600);
});

test('every acknowledged message survives a kill, and no deleted one is restored', async () => {
  const script = join(directory, 'child.cjs');
  await build({
    entryPoints: [join(__dirname, 'journal-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
  });
  await sqs.close();
  for (const kills of [150, 400]) {
    await rm(journalPath, { force: true });
    const sent = new Set<string>();
    const deleted = new Set<string>();
    const child = fork(script, [journalPath], { execArgv: [], stdio: 'inherit' });
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.on('message', (message) => {
        // What the child sends is this and nothing else.
        const acknowledged = message as Acknowledged;
        if (acknowledged.sent !== undefined) sent.add(acknowledged.sent);
        if (acknowledged.deleted !== undefined) deleted.add(acknowledged.deleted);
        if (sent.size >= kills) child.kill('SIGKILL');
      });
    });
    expect(sent.size).toBeGreaterThanOrEqual(kills);
    expect(deleted.size).toBeGreaterThan(0);

    await start();
    const present = new Set(await drain());
    const odd = [...sent].filter((body) => Number(body.split('-')[1]) % 2 === 1);
    expect(odd.filter((body) => !present.has(body))).toEqual([]);
    expect([...deleted].filter((body) => present.has(body))).toEqual([]);
    await sqs.close();
  }
  await start();
});

test('20,000 messages go in and out once each, and leave nothing behind', async () => {
  const total = 20_000;
  let next = 0;
  const seen = new Set<string>();
  const sender = async () => {
    while (next < total) {
      const Entries = Array.from({ length: 10 }, () => ({ Id: `${next}`, MessageBody: `body ${next++}` }));
      await sqs.actions.SendMessageBatch({ QueueUrl, Entries });
    }
  };
  const consumer = async () => {
    while (seen.size < total) {
      const messages = (await sqs.actions.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }))
        .Messages;
      if (messages === undefined) continue;
      for (const { Body = '' } of messages) seen.add(Body);
      const Entries = messages.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
      await sqs.actions.DeleteMessageBatch({ QueueUrl, Entries });
    }
  };
  await Promise.all([...Array.from({ length: 16 }, sender), ...Array.from({ length: 16 }, consumer)]);
  expect(seen.size).toBe(total);
  const { Attributes } = await sqs.actions.GetQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
  await restart();
  expect(await drain()).toEqual([]);
});

test('rejects everything after a write has failed, and acknowledges nothing that is not on disk', async () => {
  let broken = false;
  const journal = await openJournal<string>({
    path: join(directory, 'broken.journal'),
    replay: () => undefined,
    snapshot: function* () {
      if (broken) throw new Error('no space left on device');
      yield 'state';
    },
    compactAboveBytes: 0,
  });
  journal.append('first '.repeat(100));
  await journal.committed();
  broken = true;
  journal.append('second');
  await expect(journal.committed()).rejects.toThrow(/Cannot write .* restart the gateway/);
  expect(() => journal.append('third')).toThrow(JournalError);
  await expect(journal.committed()).rejects.toThrow(JournalError);
  await journal.close();
});
