import type { HandlerList, HandlerView } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import { CliError } from '../../../cli/terminal/cli-error';
import { countOf } from '../cloudwatch/gateway-metrics';
import { readMetrics } from '../../../cli/clients/cloudwatch/metric-data';
import type { ConsoleParts } from '../console-parts';
import type { GatewayMonitor } from '../../../local/monitor/gateway-monitor';
import { json, read, type Route } from '../http/route';
import { readQueues } from '../views/queues';
import { readReplies } from '../views/replies';

type Counts = Pick<HandlerView, 'handled' | 'failed'>;

const hourSeconds = 3600;

/** The runs and the replies of the handlers. */
export const handlerRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read('/api/handlers', async () => {
    const { monitor, context } = gateway;
    const backend = await gateway.backend();
    const names = (backend.target.handlers ?? []).map(({ name }) => name);
    const [queues, replies, counts] = await Promise.all([
      readQueues(backend),
      readReplies(backend),
      monitor === undefined ? stageCounts(backend, names, context.now()) : localCounts(monitor),
    ]);
    const list: HandlerList = {
      handlers: names.map((name) => {
        const queue = queues.find((each) => each.name === name);
        return {
          name,
          ...(counts.get(name) ?? { handled: null, failed: null }),
          deadLetters: queue?.deadLetters ?? 0,
          waiting: queue?.waiting ?? 0,
        };
      }),
      runs: monitor?.runs() ?? [],
      replies,
      period: monitor === undefined ? 'in the last hour' : 'since the start',
    };
    return json(list);
  }),
];

const localCounts = (monitor: GatewayMonitor): ReadonlyMap<string, Counts> =>
  new Map(monitor.counts().handlers.map(({ name, handled, failed }) => [name, { handled, failed }]));

/** Empty where CloudWatch refuses: the queues are shown anyway. */
const stageCounts = async (
  backend: Backend,
  names: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Counts>> => {
  const to = Math.ceil(now.getTime() / 60_000) * 60;
  const span = { from: to - hourSeconds, to, stepSeconds: hourSeconds };
  const queries = names.flatMap((name) => [
    countOf(backend.target, `handler-${name}`, 'HandlerSucceeded'),
    countOf(backend.target, `handler-${name}`, 'HandlerFailed'),
  ]);
  try {
    const found = await readMetrics(backend, queries, span);
    const sumAt = (at: number): number =>
      [...(found[at]?.values.values() ?? [])].reduce((sum, value) => sum + value, 0);
    return new Map(names.map((name, at) => [name, { handled: sumAt(2 * at), failed: sumAt(2 * at + 1) }]));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return new Map();
  }
};
