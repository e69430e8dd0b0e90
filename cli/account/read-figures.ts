import type { Backend, QueueCounts } from '../clients/ports';
import { clientRejections, serverRejections } from './account';
import type { Figures } from './figures';
import { handlerService, readCounts, type Period } from './read-counts';
import { countStored } from './stored-webhooks';

type Sources = Pick<Backend, 'target' | 'awsCall' | 'queueCounts'> & { readonly table: NonNullable<Backend['table']> };

/** Everything but Twilio's list. */
export const readFigures = async (
  backend: Sources,
  accountSids: readonly string[],
  period: Period,
  signal: AbortSignal,
): Promise<Omit<Figures, 'missing'>> => {
  const { target } = backend;
  const countOf = async (queueUrl: string): Promise<number> => total(await backend.queueCounts(queueUrl));
  // The queue first: what leaves it meanwhile is in the table or counted twice, and not lost.
  const pending = await countOf(target.eventQueueUrl);
  const [deadWebhooks, counts, table] = await Promise.all([
    countOf(target.deadLetterQueueUrl),
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
  const consumer = (metric: string): number => counts.of('consumer', metric);
  return {
    // A canary is not a webhook of Twilio.
    api: counts.api && { ...counts.api, received: counts.api.received - ingress('CanaryAccepted') },
    accepted: ingress('Accepted') + counts.of('fallback', 'FallbackAccepted'),
    refused: Object.fromEntries([
      ...[...clientRejections, ...serverRejections].map((metric) => [metric, ingress(metric)] as const),
      ['FallbackRejected', counts.of('fallback', 'FallbackRejected')] as const,
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
    published: counts.of('publisher', 'EventPublished'),
    publishes: target.topicArn !== undefined,
    handlers: await Promise.all(
      (target.handlers ?? []).map(async ({ name, queue, deadLetterQueue }) => ({
        name,
        handled: counts.of(handlerService(name), 'HandlerSucceeded'),
        deadLetters: await countOf(deadLetterQueue),
        pending: await countOf(queue),
      })),
    ),
    atEdges: counts.atEdges,
  };
};

const total = ({ visible, inFlight }: QueueCounts): number => visible + inFlight;
