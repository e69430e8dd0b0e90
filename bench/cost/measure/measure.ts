import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { consumerEnvironment, handlerEnvironment, ingressEnvironment, publisherEnvironment } from '../../environments';
import { stopAllPrograms } from '../../processes';
import { buildPrograms } from '../../programs';
import { startBundle, type InvocableBundle } from './invoke-bundle';
import { linesBytes, metricsIn } from '../log-size';
import { optionFunctions, optionNames } from '../stage-options';
import { measureOptions, type MeasuredOptions } from './measure-options';
import { startRecordingAws } from './recording-aws';
import type { StageFacts } from '../stage-facts';
import {
  invokeBatch,
  queueRecord,
  store,
  storeAndPublish,
  unitsOf,
  type Storing,
  type WebhookFacts,
} from './webhook-facts';
import { requestsOf, webhookKinds, type WebhookKind } from './webhook-kinds';

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
  readonly options: MeasuredOptions;
}

interface Bundles extends Storing {
  readonly ingress: InvocableBundle;
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
    ...optionNames(stage).map((name) => optionFunctions[name]),
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
    return { ...(await measureAll(bundles, stage)), options: await measureOptions(bundles, stage, programs) };
  } finally {
    stopAllPrograms();
    await aws.close();
  }
};

const measureAll = async (bundles: Bundles, stage: StageFacts): Promise<Omit<Measured, 'options'>> => {
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

const measureKind = async (bundles: Bundles, stage: StageFacts, kind: WebhookKind, count: number) => {
  const { before, measured } = requestsOf(kind, count);
  await store(bundles, (await accept(bundles, before)).messages);
  const accepted = await accept(bundles, measured);
  const { facts, messages, lines, publisherLines } = await storeAndPublish(bundles, stage.indexes, accepted);
  return {
    facts,
    messages,
    metrics: { gateway: metricsIn([...accepted.lines, ...lines]), publisher: metricsIn(publisherLines) },
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
    units: unitsOf(tens.writes) / fullBatch,
  };
  return { facts, metrics: metricsIn(alone.lines) };
};
