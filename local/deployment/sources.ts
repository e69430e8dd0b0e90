import { startEventSource } from '../functions/event-source';
import type { ReplaceableFunction } from '../functions/function-set';
import { startSchedule } from '../functions/schedule';
import { startStreamSource } from '../functions/stream-source';
import { localAccountId, localRegion } from '../server/aws-identity';
import type { LocalServices } from '../services';
import type { Plan } from './plan';
import type { WantedSource } from './source-set';

/** More concurrent batches do not speed up one machine. */
const maxConcurrentBatches = 2;

/**
 * What invokes a template's functions besides the API: queues, streams and schedules. A function without code has no
 * source: its events wait.
 */
export const wantedSources = (
  { eventSources, streamSources, schedules, functions }: Plan,
  { queues, dynamodb }: Pick<LocalServices, 'queues' | 'dynamodb'>,
  onFailure: (message: string) => void,
): readonly WantedSource[] => {
  const canRun = ({ target }: { readonly target: { readonly name: string } }): boolean =>
    functions.some((candidate: ReplaceableFunction) => candidate.name === target.name && candidate.canRun);
  return [
    ...eventSources.filter(canRun).map((source) => ({
      definition: definitionOf(source),
      start: () =>
        Promise.resolve(
          startEventSource({
            ...source,
            queue: queues.pollable(source.queueArn),
            maximumConcurrency: Math.min(source.maximumConcurrency, maxConcurrentBatches),
            region: localRegion,
            onFailure,
          }),
        ),
    })),
    ...streamSources.filter(canRun).map((source) => ({
      definition: definitionOf(source),
      start: async () => {
        const { onFailureQueueArn } = source;
        return startStreamSource({
          ...source,
          stream: await dynamodb.openStream(source.tableName),
          region: localRegion,
          onGivenUp: async (description) => {
            if (onFailureQueueArn === undefined) return;
            await queues.deliver(onFailureQueueArn, { body: JSON.stringify(description), attributes: {} });
          },
          onFailure,
        });
      },
    })),
    ...schedules.filter(canRun).map((schedule) => ({
      definition: definitionOf(schedule),
      start: () => Promise.resolve(startSchedule({ ...schedule, account: localAccountId, region: localRegion })),
    })),
  ];
};

const definitionOf = (source: { readonly target: { readonly name: string } }): string =>
  JSON.stringify({ ...source, target: source.target.name });

const pollEveryMs = 25;

/** Resolves when no event is on its way through the queues and streams of these sources, or after `withinMs`. */
export const drained = async (
  { eventSources, streamSources, functions }: Plan,
  { queues, dynamodb }: Pick<LocalServices, 'queues' | 'dynamodb'>,
  withinMs: number,
): Promise<void> => {
  const runnable = new Set(functions.flatMap(({ name, canRun }) => (canRun ? [name] : [])));
  const queueArns = eventSources.flatMap(({ queueArn, target }) => (runnable.has(target.name) ? [queueArn] : []));
  const tableNames = streamSources.flatMap(({ tableName, target }) => (runnable.has(target.name) ? [tableName] : []));
  const areQueuesEmpty = async () => (await Promise.all(queueArns.map((arn) => queues.isEmpty(arn)))).every(Boolean);
  const areStreamsRead = async () => {
    const streams = await Promise.all(tableNames.map((name) => dynamodb.openStream(name)));
    return (await Promise.all(streams.map((stream) => stream.read('', 1)))).every(({ length }) => length === 0);
  };
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    // An event moves from a queue to the table, then by its stream to another queue. The queues are checked again at
    // the end, to find an event that moved in the meantime.
    if ((await areQueuesEmpty()) && (await areStreamsRead()) && (await areQueuesEmpty())) return;
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
};
