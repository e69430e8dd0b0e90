import type { Figures } from './figures';
import { clientRejections, serverRejections, sumOf } from './rejections';
import { acceptedSum, handlerSum, missingSum, publishedSum, receivedSum, tableSum, type Sum } from './sums';

/** `--json`. */
export interface Account {
  readonly received: number;
  /** By reason: the metric that counts it. */
  readonly refused: Readonly<Record<string, number>>;
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly unrecognized: number;
  readonly published: number;
  readonly handled: number;
  readonly dead: number;
  readonly backfilled: number;
  readonly missing: number | null;
  readonly agrees: boolean;
}

export interface CheckedAccount {
  readonly account: Account;
  readonly sums: readonly Sum[];
  /** Dead letters that were received before the period, and are in no sum. */
  readonly olderDeadLetters: number;
}

export const checkAccount = (figures: Figures): CheckedAccount => {
  const refused = refusedOf(figures);
  const totalRefused = sumOf(Object.values(refused));
  const { consumer, table, handlers, deadWebhooks, lane, missing, published } = figures;
  const received = figures.api?.received ?? figures.accepted + totalRefused + lane.pending + lane.dead;
  const stored = Math.max(table.stored, consumer.stored - consumer.redelivered);
  const backfilled = Math.max(table.backfilled, consumer.backfilled);
  const duplicates = Math.max(0, consumer.duplicates - consumer.redelivered);
  const sums = [
    receivedSum(figures, received, totalRefused),
    acceptedSum(figures, { stored, backfilled }),
    tableSum(figures, backfilled, refused),
    publishedSum(figures, stored),
    ...handlers.map(handlerSum),
    missingSum(missing),
  ].flatMap((sum) => sum ?? []);
  return {
    account: {
      received,
      refused,
      accepted: figures.accepted,
      stored,
      duplicates,
      unrecognized: consumer.unrecognized,
      published,
      handled: sumOf(handlers.map(({ handled }) => handled)),
      dead: deadWebhooks + lane.dead + sumOf(handlers.map(({ deadLetters }) => deadLetters)),
      backfilled,
      missing,
      agrees: sums.every(({ problem }) => problem === undefined),
    },
    sums,
    olderDeadLetters: figures.olderDeadLetters,
  };
};

/** What API Gateway counts beyond the metrics of ingress has the reasons `Other4xx` and `Other5xx`. */
const refusedOf = ({ api, refused }: Figures): Readonly<Record<string, number>> => {
  const counted = (names: readonly string[]): number => sumOf(names.map((name) => refused[name] ?? 0));
  const all = {
    ...refused,
    ...(api === undefined
      ? {}
      : {
          Other4xx: Math.max(0, api.clientErrors - counted(clientRejections)),
          Other5xx: Math.max(0, api.serverErrors - counted(serverRejections)),
        }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
};
