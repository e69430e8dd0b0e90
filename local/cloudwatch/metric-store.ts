import { linesOf, readLogLine, type LogFields } from '../monitor/log-record';
import { readIfPresent, replaceFile } from '../atomic-file';
import type { AnsweredRequest } from '../monitor/answered-request';
import { routeNames } from '../../lambda/shared/contract/routes';

/** Sums of metrics by minute, as CloudWatch keeps them. */
export interface MetricStore {
  /** Adds the metrics in the lines of a function (embedded metric format). */
  readonly printed: (text: string) => void;
  /** Adds what API Gateway counts of a request. */
  readonly answered: (request: AnsweredRequest) => void;
  /** Adds what SQS counts of a message that is sent to a queue. */
  readonly sent: (queueName: string) => void;
  /** By the beginning of the minute, seconds since 1970. */
  readonly read: (query: CountQuery, from: number, to: number) => ReadonlyMap<number, number>;
  /** Writes what was counted, where it is kept. */
  readonly close: () => Promise<void>;
}

export interface CountQuery {
  readonly namespace: string;
  readonly metric: string;
  /** The function of the gateway's own metrics, or the queue of SQS's; undefined sums all. */
  readonly of?: string | undefined;
}

type Counts = Map<string, number>;

const keptMinutes = 31 * 24 * 60;
const saveMs = 1_000;
const apiNamespace = 'AWS/ApiGateway';

const queueNamespace = 'AWS/SQS';

const keyOf = (namespace: string, of: string, metric: string): string => JSON.stringify([namespace, of, metric]);

/**
 * @param path the file that keeps the counts; undefined keeps them in memory. A gateway that is killed loses the last
 * second of them.
 */
export const createMetricStore = async (
  path: string | undefined,
  now: () => number = Date.now,
): Promise<MetricStore> => {
  const minutes = path === undefined ? new Map<number, Counts>() : readKept(await readIfPresent(path));
  let timer: NodeJS.Timeout | undefined;
  let saving = Promise.resolve();

  const save = (): void => {
    timer = undefined;
    if (path === undefined) return;
    const text = JSON.stringify([...minutes].map(([minute, counts]) => [minute, [...counts]]));
    // One after the other: two writes of one file would mix.
    saving = saving.then(async () => (await replaceFile(path, [text])).close()).catch(() => undefined);
  };
  const add = (key: string, value: number): void => {
    const minute = Math.floor(now() / 60_000) * 60;
    const counts = minutes.get(minute) ?? new Map<string, number>();
    if (counts.size === 0) {
      minutes.set(minute, counts);
      for (const old of minutes.keys()) {
        if (old > minute - keptMinutes * 60) break;
        minutes.delete(old);
      }
    }
    counts.set(key, (counts.get(key) ?? 0) + value);
    if (path !== undefined) timer ??= setTimeout(save, saveMs).unref();
  };

  return {
    printed: (text) => {
      for (const line of linesOf(text)) {
        for (const [key, value] of metricsOf(line)) add(key, value);
      }
    },
    answered: ({ route, status, isSwallowed }) => {
      if (isSwallowed || !isCounted(route)) return;
      add(keyOf(apiNamespace, '', 'Count'), 1);
      if (status >= 400) add(keyOf(apiNamespace, '', status < 500 ? '4xx' : '5xx'), 1);
    },
    sent: (queueName) => add(keyOf(queueNamespace, queueName, 'NumberOfMessagesSent'), 1),
    read: ({ namespace, metric, of }, from, to) => {
      const wanted = of === undefined ? undefined : keyOf(namespace, of, metric);
      const found = new Map<number, number>();
      for (const [minute, counts] of minutes) {
        if (minute < from || minute >= to) continue;
        const sum = wanted === undefined ? sumOf(counts, namespace, metric) : (counts.get(wanted) ?? 0);
        if (sum !== 0) found.set(minute, sum);
      }
      return found;
    },
    close: async () => {
      clearTimeout(timer);
      save();
      await saving;
    },
  };
};

/** An app's own routes of the same HTTP API have nothing to do with webhooks. */
const isCounted = (route: string | undefined): boolean =>
  route === undefined || route === 'fallback' || routeNames.some((name) => name === route);

const sumOf = (counts: Counts, namespace: string, metric: string): number => {
  let sum = 0;
  for (const [key, value] of counts) {
    const [inNamespace, , name] = JSON.parse(key) as readonly string[];
    if (inNamespace === namespace && name === metric) sum += value;
  }
  return sum;
};

/** The metrics are the last fields of a line, and only they are parsed: this is done for each line of each function. */
const metricsOf = (line: string): readonly (readonly [string, number])[] => {
  const at = line.indexOf('"_aws":');
  if (at === -1 || !line.startsWith('{')) return [];
  const fields = readLogLine(`{${line.slice(at)}`);
  const service = serviceOf(line, fields);
  if (fields === undefined || service === undefined) return [];
  const metrics = (fields['_aws'] as { readonly CloudWatchMetrics?: readonly EmbeddedMetrics[] }).CloudWatchMetrics;
  return (metrics ?? [])
    .flatMap(({ Namespace, Metrics = [] }) => Metrics.map(({ Name }) => ({ Namespace, Name })))
    .map(({ Namespace, Name }) => [keyOf(Namespace, service, Name), valueOf(fields[Name])] as const);
};

interface EmbeddedMetrics {
  readonly Namespace: string;
  readonly Metrics?: readonly { readonly Name: string }[];
}

/** In the part of the line before the metrics, or behind them. */
const serviceOf = (line: string, fields: LogFields | undefined): string | undefined => {
  const own = fields?.['service'];
  return typeof own === 'string' ? own : /"service":"([^"]{1,200})"/.exec(line)?.[1];
};

const valueOf = (value: unknown): number =>
  [value].flat().reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);

const readKept = (kept: Buffer | undefined): Map<number, Counts> => {
  if (kept === undefined) return new Map();
  try {
    const parsed = JSON.parse(kept.toString()) as readonly (readonly [
      number,
      readonly (readonly [string, number])[],
    ])[];
    return new Map(parsed.map(([minute, counts]) => [minute, new Map(counts)]));
  } catch {
    // Written by another version.
    return new Map();
  }
};
