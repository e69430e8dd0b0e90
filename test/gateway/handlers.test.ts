import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { Duration } from 'aws-cdk-lib';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import { localTarget } from '../../cli/target/local-target';
import { readChange } from '../../lambda/shared/events/read-change';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { eventually } from './gateway-process';

// Handlers that use the library, from the signed webhook to their effects, with the queues of the template.
const directory = mkdtempSync(join(tmpdir(), 'gateway-handlers-'));
const entry = 'test/fixtures/handlers/scripted.ts';
let gateway: StageGateway;

beforeAll(async () => {
  gateway = await startStageGateway({}, {}, (stack) => {
    const soon = [0, 0, 0, 0].map((seconds) => Duration.seconds(seconds));
    stack.onMessage('Ordered', { entry, retryDelays: soon, reply: true });
    stack.onMessage('Unordered', { entry, retryDelays: soon, ordering: 'none', to: ['+15550100009'] });
  });
});

afterAll(async () => {
  await gateway.close();
  rmSync(directory, { recursive: true });
});

const deliver = async (body: string, change: Readonly<Record<string, string>> = {}): Promise<string> => {
  const sid = newMessageSid();
  const form = smsForm({ MessageSid: sid, SmsSid: sid, Body: body, ...change });
  expect((await postForm(gateway.webhooks.messages, form)).status).toBe(200);
  return sid;
};

/** The handler's lines about a message. */
const linesAbout = (sid: string, name = 'Ordered') =>
  gateway.logs().filter((line) => line['service'] === `handler-${name}` && line['messageSid'] === sid);

const times = (sid: string, message: string, name?: string): readonly number[] =>
  linesAbout(sid, name)
    .filter((line) => line['message'] === message)
    .map((line) => Number(line['at']));

const ended = (sid: string, name?: string): Promise<number> =>
  eventually(() => {
    const [at] = times(sid, 'ended', name);
    if (at === undefined) throw new Error(`${sid} has not ended`);
    return at;
  });

/** `npx gateway … dead-letters --queue NAME`, in this process. */
const deadLetters = async (name: string) => {
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  return createAwsBackend(target, new AbortController().signal).deadLetters(name);
};

const deadLetterCount = async (name: string): Promise<number> => {
  const queues = gateway.gateway.state.handlers.find((handler) => handler.name === name);
  const { Attributes } = await gateway.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queues?.deadLetterQueue,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
};

test('a handler that throws is tried five times, becomes a dead letter, and is handled after the redrive', async () => {
  const flag = join(directory, 'broken');
  writeFileSync(flag, '');
  const sid = await deliver(`fail-while ${flag}`, { From: '+15550100021' });
  await eventually(async () => expect(await deadLetterCount('Ordered')).toBe(1), 30_000);
  expect(times(sid, 'begun')).toHaveLength(5);
  expect(linesAbout(sid).filter((line) => line['reason'] === 'failed')).toHaveLength(5);

  rmSync(flag);
  const queue = await deadLetters('Ordered');
  await queue.startMove(undefined);
  await ended(sid);
  expect(await deadLetterCount('Ordered')).toBe(0);
  expect(linesAbout(sid).at(-1)).toMatchObject({ reason: 'handled' });
});

test('a permanent error is a dead letter at once, and the next message of its conversation is handled', async () => {
  const before = await deadLetterCount('Ordered');
  const from = { From: '+15550100022' };
  const dead = await deliver('never', from);
  const next = await deliver('fine', from);
  await ended(next);
  await eventually(async () => expect(await deadLetterCount('Ordered')).toBe(before + 1));
  expect(times(dead, 'begun')).toHaveLength(1);
});

test('messages of one conversation are handled one at a time, in the order in which they were stored', async () => {
  const from = { From: '+15550100023' };
  const sids: string[] = [];
  for (let number = 0; number < 4; number += 1) {
    sids.push(await deliver('sleep 150', from));
    await gateway.settled();
  }
  await ended(sids.at(-1) ?? '');
  for (const [at, sid] of sids.entries()) {
    const next = sids[at + 1];
    if (next !== undefined) expect(times(next, 'begun')[0]).toBeGreaterThanOrEqual(times(sid, 'ended')[0] ?? Infinity);
  }
});

test('messages that wait behind one that becomes a dead letter are handled, in their first try', async () => {
  const flag = join(directory, 'poison');
  writeFileSync(flag, '');
  const from = { From: '+15550100028' };
  // The others reach the queue meanwhile.
  await deliver('sleep 1500', from);
  await gateway.settled();
  const dead = await deliver(`fail-while ${flag}`, from);
  await gateway.settled();
  const behind = [await deliver('fine', from), await deliver('fine', from)];
  for (const sid of behind) await ended(sid);
  expect(times(dead, 'begun')).toHaveLength(5);
  for (const sid of behind) {
    expect(linesAbout(sid).at(-1)).toMatchObject({ reason: 'handled' });
    // Left out where it is 1.
    expect(linesAbout(sid).at(-1)).not.toHaveProperty('receiveCount');
  }
});

test('two conversations are handled at the same time', async () => {
  const [first = '', second = ''] = await Promise.all(
    ['+15550100024', '+15550100025'].map((From) => deliver('sleep 1500', { From })),
  );
  await Promise.all([ended(first), ended(second)]);
  const [firstBegun = 0] = times(first, 'begun');
  const [secondBegun = 0] = times(second, 'begun');
  const [firstEnded = 0] = times(first, 'ended');
  const [secondEnded = 0] = times(second, 'ended');
  expect(Math.max(firstBegun, secondBegun)).toBeLessThan(Math.min(firstEnded, secondEnded));
});

test('without ordering a message that fails does not hold up the next of its conversation', async () => {
  const flag = join(directory, 'broken-too');
  writeFileSync(flag, '');
  const change = { From: '+15550100026', To: '+15550100009' };
  const failing = await deliver(`fail-while ${flag}`, change);
  const next = await deliver('fine', change);
  await ended(next, 'Unordered');
  rmSync(flag);
  await eventually(() => expect(times(failing, 'begun', 'Unordered').length).toBeGreaterThan(0));
});

test('a handled event that is delivered again by the queue runs nothing', async () => {
  const sid = await deliver('fine', { From: '+15550100027' });
  await ended(sid);
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  const { publishing } = createAwsBackend(target, new AbortController().signal);
  expect(publishing).toBeDefined();
  const topic = await publishing?.();
  const keys = await topic?.stored.keys(
    { since: '2020-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' },
    () => {
      // No progress is shown here.
    },
  );
  const messageKeys = (keys ?? []).filter(({ pk }) => pk.endsWith(sid));
  const [item] = (await topic?.stored.items(messageKeys)) ?? [];
  expect(item).toBeDefined();
  // Another deduplication id, as after five minutes.
  const publication = readChange({ dynamodb: { NewImage: item } });
  if (publication === undefined) throw new Error('The item is not an event.');
  expect(await topic?.publish([{ ...publication, deduplicationId: `again-${sid}` }])).toBe(1);
  await eventually(() => expect(linesAbout(sid).at(-1)).toMatchObject({ reason: 'duplicate' }));
  expect(times(sid, 'begun')).toHaveLength(1);
});
