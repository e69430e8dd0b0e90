import { canaryEnvironment, consumerEnvironment, fallbackEnvironment, ingressEnvironment } from '../../environments';
import { reconcilerEnvironment } from '../../environments';
import type { Programs } from '../../programs';
import { apiGatewayEvent, encodeForm, fallbackUrl, signed, smsForm } from '../../webhooks';
import { linesBytes, metricsIn } from '../log-size';
import type { StageFacts } from '../stage-facts';
import { startBundle, type InvocableBundle } from './invoke-bundle';
import { listedMessages } from './listed-messages';
import { startOutside, type Outside } from './outside';
import { invokeBatch, store, storeAndPublish, unitsOf, type Storing, type WebhookFacts } from './webhook-facts';
import { toRoute } from './webhook-kinds';

/** What a scheduled function asks for and writes in one run. */
export interface RunFacts {
  readonly logBytes: number;
  readonly secretReads: number;
  readonly listCalls: number;
  readonly reads: number;
  readonly writeUnits: number;
}

export interface MeasuredOptions {
  readonly reconciliation?: {
    /** Without a message in Twilio's list. */
    readonly cycle: RunFacts;
    /** In addition for each page. */
    readonly page: RunFacts;
    readonly pageSize: number;
    /** From the event queue on. */
    readonly backfill: WebhookFacts;
    readonly metrics: number;
  };
  readonly canary?: {
    /** The function that sends it. */
    readonly run: RunFacts;
    /** The webhook that it sends. */
    readonly webhook: WebhookFacts;
    readonly metrics: number;
  };
  readonly fallbackLane?: {
    readonly queueMessageBytes: number;
    readonly logBytes: number;
    /** From the event queue on. */
    readonly webhook: WebhookFacts;
  };
}

/** Runs the functions of the options that the stage has. */
export const measureOptions = async (
  { aws, publisher }: Storing,
  stage: StageFacts,
  programs: Programs,
): Promise<MeasuredOptions> => {
  const { canary, fallbackLane, reconciliation } = stage.options;
  if ((canary ?? fallbackLane ?? reconciliation) === undefined) return {};
  const environment = { ...consumerEnvironment(aws.endpoint), STORE_CANARIES: 'true' };
  const consumer = await startBundle(programs, 'consumer', stage.consumer, environment);
  const bundles = { aws, publisher, consumer, programs };
  return {
    ...(reconciliation && { reconciliation: await measureReconciler(bundles, stage) }),
    ...(canary && { canary: await measureCanary(bundles, stage) }),
    ...(fallbackLane && { fallbackLane: await measureFallback(bundles, stage) }),
  };
};

interface Bundles extends Storing {
  readonly programs: Programs;
}

/** @throws Error if the run failed, which its line says */
const runOnce = async ({ aws }: Bundles, bundle: InvocableBundle, outside: Outside, reason: string) => {
  const { lines } = await bundle.invoke({});
  const { sentMessages, writes, secretReads, reads } = aws.take();
  if (!lines.some((line) => line.includes(`"reason":"${reason}"`))) throw new Error(lines.join('\n'));
  const listCalls = outside.takeListCalls();
  const facts: RunFacts = { logBytes: linesBytes(lines), secretReads, listCalls, reads, writeUnits: unitsOf(writes) };
  return { facts, sentMessages, metrics: metricsIn(lines) };
};

/** The size of a page that the reconciler asks for. */
const pageSize = 200;
const fullBatch = 10;

const measureReconciler = async (bundles: Bundles, stage: StageFacts) => {
  const { aws, programs } = bundles;
  const facts = stage.options.reconciliation?.function ?? stage.consumer;
  const outside = await startOutside(() => Promise.reject(new Error('The reconciler sends no webhook.')));
  try {
    const environment = reconcilerEnvironment(aws.endpoint, outside.baseUrl);
    const reconciler = await startBundle(programs, 'reconciler', facts, environment);
    const run = () => runOnce(bundles, reconciler, outside, 'reconciled');
    await run();
    const cycle = await run();
    const listed = listedMessages(2 * pageSize);
    outside.list(listed, pageSize);
    const missing = await run();
    const { facts: alone } = await storeAndPublish(bundles, stage.indexes, noLines(missing.sentMessages.slice(0, 1)));
    const rest = missing.sentMessages.slice(1, 1 + fullBatch);
    const { facts: full } = await storeAndPublish(bundles, stage.indexes, noLines(rest));
    for (let at = 1 + fullBatch; at < listed.length; at += fullBatch) {
      await store(bundles, missing.sentMessages.slice(at, at + fullBatch));
    }
    const two = await run();
    outside.list(listed.slice(0, pageSize), pageSize);
    const one = await run();
    return {
      cycle: cycle.facts,
      page: difference(two.facts, one.facts),
      pageSize,
      backfill: { ...alone, inFullBatches: full.inFullBatches },
      metrics: cycle.metrics.size,
    };
  } finally {
    await outside.close();
  }
};

/** Messages that no function wrote a line for before they were on the queue. */
const noLines = (messages: readonly string[]) => ({ messages, lines: [] });

const difference = (all: RunFacts, part: RunFacts): RunFacts => ({
  logBytes: all.logBytes - part.logBytes,
  secretReads: all.secretReads - part.secretReads,
  listCalls: all.listCalls - part.listCalls,
  reads: all.reads - part.reads,
  writeUnits: all.writeUnits - part.writeUnits,
});

const measureCanary = async (bundles: Bundles, stage: StageFacts) => {
  const { aws, programs } = bundles;
  let webhook: WebhookFacts | undefined;
  let counted: ReadonlySet<string> = new Set();
  let ingress: InvocableBundle | undefined;
  const outside = await startOutside(async (body, signature) => {
    if (ingress === undefined) throw new Error('Ingress has not started.');
    // What the canary itself has asked for is counted with the run, which begins with the answer.
    const { result, lines } = await ingress.invoke(toRoute('events', apiGatewayEvent(body, signature)));
    if ((result as { readonly statusCode?: number }).statusCode !== 204) throw new Error(lines.join('\n'));
    const { sentMessages: messages } = aws.take();
    const stored = await storeAndPublish(bundles, stage.indexes, { messages, lines });
    webhook = stored.facts;
    counted = metricsIn([...lines, ...stored.lines]);
  });
  try {
    const publicUrl = `${outside.baseUrl}/prod`;
    const ingressVariables = { ...ingressEnvironment(aws.endpoint), PUBLIC_BASE_URL: publicUrl };
    ingress = await startBundle(programs, 'ingress', stage.ingress, ingressVariables);
    const facts = stage.options.canary?.function ?? stage.consumer;
    const variables = { ...canaryEnvironment(aws.endpoint, publicUrl), TWILIO_API_BASE_URL: outside.baseUrl };
    const canary = await startBundle(programs, 'canary', facts, variables);
    const run = () => runOnce(bundles, canary, outside, 'canary_succeeded');
    await run();
    const { facts: second, metrics } = await run();
    if (webhook === undefined) throw new Error('The canary has sent no webhook.');
    // One secret is read before the webhook is sent.
    const secretReads = second.secretReads + 1;
    return { run: { ...second, secretReads }, webhook, metrics: metrics.size + counted.size };
  } finally {
    await outside.close();
  }
};

const measureFallback = async (bundles: Bundles, stage: StageFacts) => {
  const { aws, programs } = bundles;
  const facts = stage.options.fallbackLane?.function ?? stage.consumer;
  const lane = await startBundle(programs, 'fallback', facts, fallbackEnvironment(aws.endpoint));
  const accept = async () => {
    const record = laneRecord();
    const lines = await invokeBatch(lane, [record]);
    return { record, lines, messages: aws.take().sentMessages };
  };
  await accept();
  const { record, lines, messages } = await accept();
  const { facts: webhook } = await storeAndPublish(bundles, stage.indexes, noLines(messages));
  const { body, messageAttributes } = record;
  const attributes = Object.entries(messageAttributes).flatMap(([name, { stringValue }]) => [name, stringValue]);
  const queueMessageBytes = Buffer.byteLength([body, ...attributes].join(''));
  return { queueMessageBytes, logBytes: linesBytes(lines), webhook };
};

/** A message of the lane's queue, as API Gateway sends it. */
const laneRecord = () => {
  const form = smsForm({ ErrorCode: '11200', ErrorUrl: 'https://webhooks.example.com/prod/messages' });
  const text = (stringValue: string) => ({ stringValue, dataType: 'String' });
  return {
    messageId: '6f2d8c1e-3b7a-4c52-9d0e-5a1b2c3d4e5f',
    receiptHandle: 'receipt',
    body: encodeForm(form),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
    messageAttributes: {
      Signature: text(signed(form, fallbackUrl)),
      ContentType: text('application/x-www-form-urlencoded; charset=UTF-8'),
      RequestId: text('JKJaXmPLvHcESHA='),
      SourceIp: text('203.0.113.10'),
    },
  };
};
