import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { consumerEnvironment, handlerEnvironment, ingressEnvironment, publisherEnvironment } from '../../environments';
import { stopAllPrograms } from '../../processes';
import { buildPrograms } from '../../programs';
import { startBundle, type InvocableBundle } from './invoke-bundle';
import { indexUnits, storedBytes, tableUnits } from './item-size';
import { linesBytes, metricsIn } from '../log-size';
import { startRecordingAws, type RecordingAws, type Recorded } from './recording-aws';
import type { StageFacts } from '../stage-facts';
import { requestsOf, webhookKinds, type WebhookKind } from './webhook-kinds';

/** What one webhook needs, alone or on the average of a full batch. */
interface Share {
  readonly consumerLogBytes: number;
  /** Until all its changes are published, without the log lines of invocations that publish nothing. */
  readonly publisherLogBytes: number;
  readonly publishes: number;
}

export interface WebhookFacts {
  readonly ingressLogBytes: number;
  readonly queueMessageBytes: number;
  readonly alone: Share;
  readonly inFullBatches: Share;
  readonly units: { readonly marker: number; readonly table: number; readonly indexes: number };
  /** Changes of the table, and the partitions that they are in. */
  readonly changes: number;
  readonly partitions: number;
  readonly storedBytes: number;
  readonly events: number;
  /** Of all its events, with their attributes. */
  readonly publishedBytes: number;
}

/** What a handler needs for one event. */
export interface HandlerFacts {
  readonly queueMessageBytes: number;
  readonly logBytes: number;
  readonly logBytesInTens: number;
  readonly units: number;
}

export interface Measured {
  readonly webhooks: Readonly<Record<WebhookKind, WebhookFacts>>;
  readonly handler: HandlerFacts;
  /** The custom metrics of webhooks that are stored, and of events that are handled. */
  readonly metrics: { readonly gateway: number; readonly handlers: number };
}

interface Bundles {
  readonly aws: RecordingAws;
  readonly ingress: InvocableBundle;
  readonly consumer: InvocableBundle;
  readonly publisher: InvocableBundle;
  readonly handler: InvocableBundle;
}

const fullBatch = 10;

/**
 * Runs the bundles of a stage with webhooks of each kind, and reads what they write and what they ask AWS for.
 * @param directory for the built bundles
 */
export const measure = async (stage: StageFacts, directory: string): Promise<Measured> => {
  const programs = buildPrograms(directory, [
    'ingress',
    'consumer',
    'publisher',
    'record-start',
    'programs/lines-host',
  ]);
  const aws = await startRecordingAws();
  try {
    const { endpoint } = aws;
    const [ingress, consumer, publisher, handler] = await Promise.all([
      startBundle(programs, 'ingress', stage.ingress, ingressEnvironment(endpoint)),
      startBundle(programs, 'consumer', stage.consumer, consumerEnvironment(endpoint)),
      startBundle(programs, 'publisher', stage.publisher, publisherEnvironment(endpoint)),
      startBundle(programs, 'record-start', stage.handler, handlerEnvironment(endpoint)),
    ]);
    const bundles = { aws, ingress, consumer, publisher, handler };
    // The lines of a cold start are those of one invocation in a hundred.
    await measureKind(bundles, stage, 'sms', 1);
    return await measureAll(bundles, stage);
  } finally {
    stopAllPrograms();
    await aws.close();
  }
};

const measureAll = async (bundles: Bundles, stage: StageFacts): Promise<Measured> => {
  const gateway = new Set<string>();
  const handlers = new Set<string>();
  const webhooks: [WebhookKind, WebhookFacts][] = [];
  let sms: readonly string[] = [];
  for (const kind of webhookKinds) {
    const alone = await measureKind(bundles, stage, kind, 1);
    const full = await measureKind(bundles, stage, kind, fullBatch);
    for (const name of alone.metrics.gateway) gateway.add(name);
    for (const name of alone.metrics.publisher) handlers.add(name);
    webhooks.push([kind, { ...alone.facts, inFullBatches: full.facts.inFullBatches }]);
    if (kind === 'sms') sms = full.messages;
  }
  const { facts: handler, metrics } = await measureHandler(bundles, sms);
  for (const name of metrics) handlers.add(name);
  return {
    // fromEntries loses the type of the names.
    webhooks: Object.fromEntries(webhooks) as Measured['webhooks'],
    handler,
    metrics: { gateway: gateway.size, handlers: handlers.size },
  };
};

/** As SQS delivers it to a function. */
const queueRecord = (body: string): object => ({
  messageId: randomUUID(),
  receiptHandle: 'receipt',
  body,
  attributes: { ApproximateReceiveCount: '1', MessageGroupId: randomUUID(), SequenceNumber: '1' },
  messageAttributes: {},
});

const accept = async ({ aws, ingress }: Bundles, requests: readonly APIGatewayProxyEventV2[]) => {
  const lines: string[] = [];
  for (const request of requests) {
    const { result, lines: written } = await ingress.invoke(request);
    const { statusCode } = result as { readonly statusCode?: number };
    if (statusCode !== 200 && statusCode !== 204) throw new Error(`A webhook was answered ${String(statusCode)}.`);
    lines.push(...written);
  }
  return { lines, messages: aws.take().sentMessages };
};

const invokeBatch = async (bundle: InvocableBundle, Records: readonly object[]): Promise<readonly string[]> => {
  const { result, lines } = await bundle.invoke({ Records });
  const { batchItemFailures } = result as { readonly batchItemFailures: readonly unknown[] };
  if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed: ${lines.join('\n')}`);
  return lines;
};

const store = async ({ aws, consumer }: Bundles, messages: readonly string[]) => {
  const lines = await invokeBatch(consumer, messages.map(queueRecord));
  return { lines, writes: aws.take().writes };
};

/** As the table's stream has it. */
const change = ({ before, after }: Recorded['writes'][number], number: number): object => ({
  eventID: randomUUID(),
  eventName: before === undefined ? 'INSERT' : 'MODIFY',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    NewImage: after,
    ...(before === undefined ? {} : { OldImage: before }),
    SequenceNumber: String(number + 1),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const measureKind = async (bundles: Bundles, stage: StageFacts, kind: WebhookKind, count: number) => {
  const { before, measured } = requestsOf(kind, count);
  await store(bundles, (await accept(bundles, before)).messages);
  const accepted = await accept(bundles, measured);
  const stored = await store(bundles, accepted.messages);
  const publisherLines = await invokeBatch(bundles.publisher, stored.writes.map(change));
  const { publishes } = bundles.aws.take();
  const published = publishes.flat();
  const isMarker = ({ after }: Recorded['writes'][number]): boolean => String(after['pk']?.['S']).includes('#TEXT#');
  const unitsOf = (writes: Recorded['writes']): number => writes.reduce((sum, write) => sum + tableUnits(write), 0);
  const share: Share = {
    consumerLogBytes: linesBytes(stored.lines) / count,
    publisherLogBytes: linesBytes(publisherLines) / count,
    publishes: publishes.length / count,
  };
  const facts: WebhookFacts = {
    ingressLogBytes: linesBytes(accepted.lines) / count,
    queueMessageBytes: accepted.messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0) / count,
    alone: share,
    inFullBatches: share,
    units: {
      marker: unitsOf(stored.writes.filter(isMarker)) / count,
      table: unitsOf(stored.writes.filter((write) => !isMarker(write))) / count,
      indexes:
        stage.indexes.reduce(
          (sum, index) => sum + stored.writes.reduce((units, write) => units + indexUnits(write, index), 0),
          0,
        ) / count,
    },
    changes: stored.writes.length / count,
    partitions: new Set(stored.writes.map(({ after }) => JSON.stringify(after['pk']))).size / count,
    storedBytes: stored.writes.reduce((sum, write) => sum + storedBytes(write, stage.indexes), 0) / count,
    events: published.length / count,
    publishedBytes: published.reduce((sum, { bytes }) => sum + bytes, 0) / count,
  };
  return {
    facts,
    messages: published.map(({ text }) => text),
    metrics: { gateway: metricsIn([...accepted.lines, ...stored.lines]), publisher: metricsIn(publisherLines) },
  };
};

/** @param messages of the topic: at least a full batch of different conversations, all of them messages */
const measureHandler = async ({ aws, handler }: Bundles, messages: readonly string[]) => {
  const run = async (count: number) => {
    const lines = await invokeBatch(handler, messages.slice(0, count).map(queueRecord));
    return { lines, writes: aws.take().writes };
  };
  await run(1);
  const alone = await run(1);
  const tens = await run(fullBatch);
  const facts: HandlerFacts = {
    queueMessageBytes: messages.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / messages.length,
    logBytes: linesBytes(alone.lines),
    logBytesInTens: linesBytes(tens.lines) / fullBatch,
    units: tens.writes.reduce((sum, write) => sum + tableUnits(write), 0) / fullBatch,
  };
  return { facts, metrics: metricsIn(alone.lines) };
};
