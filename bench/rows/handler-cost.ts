import { readDeployment } from '../deployment';
import { handlerEnvironment, publisherEnvironment } from '../environments';
import { costsOf, total } from '../cost-model';
import { figure, type Figure } from '../figures';
import { handlerCostsOf, replyCost, type EventBatch } from '../handler-cost-model';
import { assumed, prices } from '../prices';
import { startProgram } from '../processes';
import { sample } from '../sampling';
import { smsForm } from '../webhooks';
import type { Bench, Row } from './bench';
import { storeWebhooks, type StoredWebhook } from './cost';

const runs = { quick: { warm: 20, times: 20, rounds: 3 }, full: { warm: 2_000, times: 300, rounds: 9 } };

/** As the table's stream has it. */
const change = ({ item }: StoredWebhook, number: number): object => ({
  eventID: `change-${number}`,
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: { NewImage: item, SequenceNumber: String(number + 1), StreamViewType: 'NEW_AND_OLD_IMAGES' },
});

/** As the queue delivers it. */
const record = (body: string, number: number): object => ({
  messageId: `message-${number}`,
  receiptHandle: `receipt-${number}`,
  body,
  attributes: { ApproximateReceiveCount: '1', MessageGroupId: `group-${number}`, SequenceNumber: String(number) },
  messageAttributes: {},
});

/** The messages of the last request to publish, and their bytes with attributes. */
const publishedIn = (form: Readonly<Record<string, string>>) => {
  const values = (name: RegExp) => Object.entries(form).flatMap(([key, value]) => (name.test(key) ? [value] : []));
  const messages = values(/^PublishBatchRequestEntries\.member\.\d+\.Message$/);
  const attributes = values(/\.MessageAttributes\.entry\.\d+\.(?:Name|Value\.\w+)$/);
  const bytes = [...messages, ...attributes].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return { messages, bytesOfOne: bytes / messages.length };
};

/** Runs the bundles of the publisher and of a handler with one batch of different conversations. */
const measure = async ({ programs, aws, quick }: Bench, webhooks: readonly StoredWebhook[]): Promise<EventBatch> => {
  const { warm, times, rounds } = runs[quick ? 'quick' : 'full'];
  const start = (environment: Readonly<Record<string, string>>, bundle: 'publisher' | 'record-start') =>
    startProgram(programs.file('programs/events-host'), environment, [programs.file(bundle)]);
  const publisher = await start(publisherEnvironment(aws.ready.http), 'publisher');
  const handler = await start(handlerEnvironment(aws.ready.http), 'record-start');
  const cpuMs = async (host: typeof publisher, event: object): Promise<number> => {
    await host.call('invoke', { event, times: warm });
    const values: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      values.push((await host.call<number>('invoke', { event, times })) / 1000);
    }
    return sample(values).median;
  };
  const callsOf = async (host: typeof publisher, event: object): Promise<Readonly<Record<string, number>>> => {
    await aws.call('takeCalls');
    await host.call('invoke', { event, times: 1 });
    return aws.call<Readonly<Record<string, number>>>('takeCalls');
  };
  try {
    const changes = { Records: webhooks.map(change) };
    const { PublishBatch: publishes = 0 } = await callsOf(publisher, changes);
    const { messages, bytesOfOne } = publishedIn(
      await aws.call<Readonly<Record<string, string>>>('lastInput', 'PublishBatch'),
    );
    if (messages.length !== webhooks.length) throw new Error(`${messages.length} events were published.`);
    const events = { Records: messages.map(record) };
    const writes = await callsOf(handler, events);
    const publisherCpuMs = await cpuMs(publisher, changes);
    const handlerCpuMs = await cpuMs(handler, events);
    return {
      events: webhooks.length,
      publishedBytes: bytesOfOne,
      queueMessageBytes: messages.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / messages.length,
      publisherCpuMs,
      handlerCpuMs,
      publishes,
      idempotencyWrites: Object.values(writes).reduce((sum, count) => sum + count, 0),
    };
  } finally {
    await Promise.all([publisher.stop(), handler.stop()]);
  }
};

/** Dollars for a million incoming messages that one handler gets. */
export const handlerCost: Row = async (bench) => {
  const deployment = readDeployment(bench.scratch);
  const { memoryMb, architecture, batchSize } = deployment;
  const gigabyteSecond = architecture === 'arm64' ? prices.lambdaArm64 : prices.lambdaX86;
  const forms = Array.from({ length: batchSize }, (_, at) => smsForm({ From: `+1555010${1000 + at}` }));
  const stored = await storeWebhooks(bench, forms);
  const [first] = stored;
  if (first === undefined) throw new Error('There is nothing to price.');
  const lines = async (name: string, webhooks: readonly StoredWebhook[]): Promise<readonly Figure[]> => {
    const batch = await measure(bench, webhooks);
    const parts = Object.entries(handlerCostsOf({ memoryMb, gigabyteSecond }, batch));
    const handled = parts.reduce((sum, [, cost]) => sum + cost, 0);
    const gateway = total(costsOf(deployment, first, webhooks.length));
    const [publisherMs, handlerMs] = [batch.publisherCpuMs, batch.handlerCpuMs].map((ms) => ms.toFixed(2));
    const cpu = `CPU of an event: publisher ${publisherMs}, handler ${handlerMs} ms`;
    return [
      figure('handler cost', `an event to one handler, ${name}`, handled, '$/M', {
        note: `${parts.map(([part, cost]) => `${part} ${cost.toFixed(2)}`).join(', ')}; ${cpu}`,
      }),
      figure('handler cost', `SMS of 20 parameters with one handler, ${name}`, gateway + handled, '$/M', {
        note: `until it is stored ${gateway.toFixed(2)}, then ${handled.toFixed(2)}`,
      }),
    ];
  };
  return [
    ...(await lines('one by one', [first])),
    ...(await lines('full batches', stored)),
    figure('handler cost', 'for comparison: a reply, one by one', replyCost(memoryMb, gigabyteSecond), '$/M', {
      note: `the handler waits ${assumed.twilioCallMs} ms for Twilio; without Twilio's price`,
    }),
  ];
};
