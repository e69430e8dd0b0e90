import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createSqs, type LocalSqs } from '../../../local/sqs/sqs';
import { accountId, region } from './fixture';

const visibilitySeconds = 30;

/** The expected state of a message, in the simplest form. */
interface Expected {
  readonly body: string;
  receiveCount: number;
  /** Seconds on the clock of the run. */
  visibleAt: number;
  inFlight: boolean;
  handle: string | undefined;
}

type Step =
  | { readonly kind: 'send'; readonly delay: number; readonly group: string | undefined }
  | { readonly kind: 'receive'; readonly max: number }
  | { readonly kind: 'delete'; readonly which: number; readonly stale: boolean }
  | { readonly kind: 'change'; readonly which: number; readonly seconds: number }
  | { readonly kind: 'advance'; readonly seconds: number }
  | { readonly kind: 'restart' };

const which = fc.nat({ max: 50 });
const group = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send' as const), delay: fc.constantFrom(0, 0, 0, 20), group }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), which, stale: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('change' as const), which, seconds: fc.constantFrom(0, 5, 60) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), seconds: fc.constantFrom(1, 10, 30, 60) }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
);

const run = async (steps: readonly Step[], journalPath: string | undefined): Promise<void> => {
  const startMs = Date.now();
  let seconds = 0;
  const start = () =>
    createSqs({
      ...(journalPath === undefined ? {} : { journalPath }),
      region,
      accountId,
      endpoint: () => 'http://127.0.0.1',
      now: () => startMs + seconds * 1000,
    });
  let sqs: LocalSqs = await start();
  const declare = () => sqs.createQueue('events', { VisibilityTimeout: visibilitySeconds }).url;
  const QueueUrl = declare();
  const expected = new Map<string, Expected>();
  const staleHandles: string[] = [];
  const pick = (index: number): Expected | undefined => [...expected.values()][index % Math.max(1, expected.size)];
  const settle = (): void => {
    for (const message of expected.values()) if (message.visibleAt <= seconds) message.inFlight = false;
  };

  const take = async (max: number): Promise<void> => {
    settle();
    const { Messages = [] } = await sqs.actions.ReceiveMessage({
      QueueUrl,
      MaxNumberOfMessages: max,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const visible = [...expected.values()].filter(({ visibleAt }) => visibleAt <= seconds);
    expect(Messages).toHaveLength(Math.min(max, visible.length));
    expect(new Set(Messages.map(({ MessageId }) => MessageId)).size).toBe(Messages.length);
    for (const { MessageId = '', ReceiptHandle, Body, Attributes } of Messages) {
      const message = expected.get(MessageId);
      if (message === undefined) throw new Error('Received a message that was deleted or never sent.');
      expect(visible).toContain(message);
      message.receiveCount += 1;
      expect(Attributes?.ApproximateReceiveCount).toBe(String(message.receiveCount));
      expect(Body).toBe(message.body);
      if (message.handle !== undefined) staleHandles.push(message.handle);
      Object.assign(message, {
        handle: ReceiptHandle,
        visibleAt: seconds + visibilitySeconds,
        inFlight: true,
      });
    }
  };

  const perform = async (step: Step, index: number): Promise<void> => {
    settle();
    switch (step.kind) {
      case 'send': {
        const body = `body ${index}`;
        const { MessageId = '' } = await sqs.actions.SendMessage({
          QueueUrl,
          MessageBody: body,
          DelaySeconds: step.delay,
          MessageGroupId: step.group,
        });
        expected.set(MessageId, {
          body,
          receiveCount: 0,
          visibleAt: seconds + step.delay,
          inFlight: false,
          handle: undefined,
        });
        break;
      }
      case 'receive':
        await take(step.max);
        break;
      case 'delete': {
        const message = pick(step.which);
        const ReceiptHandle = step.stale
          ? staleHandles[step.which % Math.max(1, staleHandles.length)]
          : message?.handle;
        if (ReceiptHandle === undefined) break;
        await sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle });
        if (!step.stale) for (const [id, candidate] of expected) if (candidate === message) expected.delete(id);
        break;
      }
      case 'change': {
        const message = pick(step.which);
        if (message?.handle === undefined) break;
        const change = sqs.actions.ChangeMessageVisibility({
          QueueUrl,
          ReceiptHandle: message.handle,
          VisibilityTimeout: step.seconds,
        });
        if (!message.inFlight) await expect(change).rejects.toMatchObject({ name: 'MessageNotInflight' });
        else {
          await change;
          message.visibleAt = seconds + step.seconds;
        }
        break;
      }
      case 'advance':
        seconds += step.seconds;
        break;
      case 'restart':
        if (journalPath === undefined) break;
        await sqs.close();
        sqs = await start();
        declare();
        for (const message of expected.values()) {
          // A message that was in flight is visible again, and its handle is stale. A delayed one stays delayed.
          if (message.receiveCount > 0) message.visibleAt = seconds;
          if (message.handle !== undefined) staleHandles.push(message.handle);
          message.handle = undefined;
        }
        break;
    }
    settle();
    const { Attributes } = await sqs.actions.GetQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
    const all = [...expected.values()];
    const visible = all.filter(({ visibleAt }) => visibleAt <= seconds).length;
    const inFlight = all.filter((message) => message.inFlight).length;
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(all.length - visible - inFlight),
    });
  };

  try {
    for (const [index, step] of steps.entries()) await perform(step, index);
    // In the end every message that was not deleted is there, once.
    seconds += 43_200;
    const left = new Set([...expected.values()].map(({ body }) => body));
    for (let before = -1; before !== left.size;) {
      before = left.size;
      const { Messages = [] } = await sqs.actions.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      for (const { Body = '' } of Messages) expect(left.delete(Body)).toBe(true);
    }
    expect([...left]).toEqual([]);
  } finally {
    await sqs.close();
  }
};

test('any sequence of actions: nothing is lost, nothing deleted is received, every receive is counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 80, size: 'max' }), (steps) => run(steps, undefined)),
    { numRuns: 150 },
  );
});

test('behaves like the model with restarts in between', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sqs-model-'));
  let runs = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40, size: 'max' }), (steps) =>
        run(steps, join(directory, `${runs++}.journal`)),
      ),
      { numRuns: 25 },
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
