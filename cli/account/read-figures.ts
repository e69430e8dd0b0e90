import type { Backend, QueueCounts } from '../clients/ports';
import type { Figures } from './figures';
import { handlerService, readCounts, type Period } from './read-counts';
import { clientRejections, serverRejections } from './rejections';
import { countStored } from './stored-webhooks';

type Sources = Pick<Backend, 'target' | 'awsCall' | 'aws' | 'queueCounts'> & {
  readonly table: NonNullable<Backend['table']>;
};

/** Everything but Twilio's list, and the ages and redrives of dead letters: see `withAges`. */
export const readFigures = async (
  backend: Sources,
  accountSids: readonly string[],
  period: Period,
  signal: AbortSignal,
): Promise<Omit<Figures, 'missing'>> => {
  const { target } = backend;
  const countOf = async (queueUrl: string): Promise<number> => total(await backend.queueCounts(queueUrl));
  // The queue first: what leaves it meanwhile is in the table or counted twice, and not lost.
  const { fallback } = target;
  const onLane = fallback === undefined ? 0 : await countOf(fallback.queueUrl);
  const pending = await countOf(target.eventQueueUrl);
  const [deadWebhooks, deadOnLane, counts, table] = await Promise.all([
    countOf(target.deadLetterQueueUrl),
    fallback === undefined ? 0 : countOf(fallback.deadLetterQueueUrl),
    readCounts(backend, period, signal),
    backend.table().then((reader) =>
      countStored(reader, {
        accountSids,
        since: new Date(period.from * 1000),
        until: new Date(period.to * 1000),
      }),
    ),
  ]);
  const ingress = (metric: string): number => counts.of('ingress', metric);
  const lane = (metric: string): number => counts.of('fallback', metric);
  const consumer = (metric: string): number => counts.of('consumer', metric);
  return {
    // A canary is not a webhook of Twilio.
    api: counts.api && {
      ...counts.api,
      received: counts.api.received - ingress('CanaryAccepted') - lane('CanaryAccepted'),
    },
    accepted: ingress('Accepted') + lane('FallbackAccepted'),
    refused: Object.fromEntries([
      ...[...clientRejections, ...serverRejections].map((metric) => [metric, ingress(metric)] as const),
      ['FallbackRejected', lane('FallbackRejected')] as const,
    ]),
    consumer: {
      stored: consumer('RecordStored'),
      duplicates: consumer('Duplicate'),
      redelivered: consumer('Redelivered'),
      otherReadings: consumer('OtherReading'),
      unrecognized: consumer('UnrecognizedWebhook'),
      backfilled: consumer('BackfillReceived'),
    },
    table,
    pending,
    deadWebhooks,
    lane: { pending: onLane, dead: deadOnLane, counted: lane('FallbackAccepted') + lane('FallbackRejected') },
    olderDeadLetters: 0,
    redriven: 0,
    published: counts.of('publisher', 'EventPublished'),
    publishes: target.topicArn !== undefined,
    handlers: await Promise.all(
      (target.handlers ?? []).map(async (handler) => {
        const own = (metric: string): number => counts.of(handlerService(handler.name), metric);
        const [handled, duplicates] = [own('HandlerSucceeded'), own('HandlerDuplicate')];
        return {
          name: handler.name,
          sent: counts.sentTo(handler.queue),
          handled,
          duplicates,
          counts: handled + duplicates + own('HandlerFailed') + own('HandlerDeadLettered') > 0,
          deadLetters: await countOf(handler.deadLetterQueue),
          pending: await countOf(handler.queue),
          redriven: 0,
          atEdges: counts.atEdgesOf(handler),
        };
      }),
    ),
    atEdges: counts.atEdges,
  };
};

const total = ({ visible, inFlight }: QueueCounts): number => visible + inFlight;
