import type { MetricName } from '../../lambda/shared/contract/metric-names';
import type { Figures } from './figures';

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

/** A sum that was checked. */
export interface Sum {
  readonly name: string;
  /** Such as `100 accepted + 5 backfilled = 104 stored + 1 duplicates`. */
  readonly text: string;
  /** Why both sides differ although nothing is lost; undefined if they do not. */
  readonly note?: string | undefined;
  /** What is wrong; undefined if the sum agrees. */
  readonly problem?: string | undefined;
}

export interface CheckedAccount {
  readonly account: Account;
  readonly sums: readonly Sum[];
}

/** The rejections that ingress counts, by the answer. API Gateway counts the answers only. */
export const clientRejections = [
  'SignatureRejected',
  'BasicChallenge',
  'BasicRejected',
  'UnusableRequest',
] as const satisfies readonly MetricName[];
export const serverRejections = [
  'ConfigError',
  'SecretUnavailable',
  'EnqueueFailed',
  'InternalError',
] as const satisfies readonly MetricName[];

export const checkAccount = (figures: Figures): CheckedAccount => {
  const refused = refusedOf(figures);
  const totalRefused = sumOf(Object.values(refused));
  const { consumer, table, handlers, deadWebhooks, missing, published } = figures;
  const received = figures.api?.received ?? figures.accepted + totalRefused;
  const stored = Math.max(table.stored, consumer.stored - consumer.redelivered);
  const backfilled = Math.max(table.backfilled, consumer.backfilled);
  const duplicates = Math.max(0, consumer.duplicates - consumer.redelivered);
  const sums = [
    receivedSum(figures, received, totalRefused),
    acceptedSum(figures, { stored, backfilled, refused }),
    tableSum(figures, backfilled),
    publishedSum(figures, stored),
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
      dead: deadWebhooks + sumOf(handlers.map(({ deadLetters }) => deadLetters)),
      backfilled,
      missing,
      agrees: sums.every(({ problem }) => problem === undefined),
    },
    sums,
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

const receivedSum = ({ accepted, api, atEdges }: Figures, received: number, refused: number): Sum | undefined => {
  if (api === undefined) return undefined;
  const difference = received - accepted - refused;
  return {
    name: 'received',
    text: `${received} received = ${accepted} accepted + ${refused} refused`,
    ...judged(difference, { above: atEdges, below: atEdges }, (count, isTooMany) =>
      isTooMany
        ? `${count} were answered, and no function has counted them`
        : `${count} were counted by a function, and API Gateway has answered otherwise`,
    ),
  };
};

const acceptedSum = (
  figures: Figures,
  {
    stored,
    backfilled,
    refused,
  }: { readonly stored: number; readonly backfilled: number; readonly refused: Readonly<Record<string, number>> },
): Sum => {
  const { accepted, consumer, deadWebhooks, pending, atEdges } = figures;
  const others = consumer.otherReadings;
  const right = stored + consumer.duplicates + others + deadWebhooks + pending;
  // A request that was answered 5xx may be on the queue: SQS's answer was late, or the function ended.
  const unanswered = sumOf([...serverRejections, 'Other5xx'].map((name) => refused[name] ?? 0));
  const difference = accepted + backfilled - right;
  const parts = [
    `${stored} stored`,
    `${consumer.duplicates} duplicates`,
    ...(others === 0 ? [] : [`${others} other readings`]),
    `${deadWebhooks} dead`,
    `${pending} pending`,
  ];
  const explained = Math.max(0, -difference);
  return {
    name: 'accepted',
    text: `${accepted} accepted + ${backfilled} backfilled = ${parts.join(' + ')}`,
    ...judged(difference, { above: atEdges, below: consumer.redelivered + unanswered + atEdges }, (count, isTooMany) =>
      isTooMany
        ? `${count} were accepted and are nowhere: not stored, not dead and not on the queue`
        : `${count} came from elsewhere: nobody has accepted them`,
    ),
    ...(explained > 0 && explained <= consumer.redelivered + unanswered
      ? { note: `${explained} more: the queue delivered some again, or had requests that were answered 5xx` }
      : {}),
  };
};

const tableSum = (figures: Figures, backfilled: number): Sum => {
  const { consumer, table, accepted, atEdges, refused, api } = figures;
  const counted = consumer.stored - consumer.redelivered;
  const gone = counted - table.stored;
  const known = accepted + backfilled + Math.max(api?.serverErrors ?? 0, sumOf(Object.values(refused)));
  return {
    name: 'stored',
    text: `${counted} counted as stored, ${table.stored} in the table`,
    ...(gone > atEdges ? { problem: `${gone} were stored and are not in the table: erased?` } : {}),
    ...(table.stored > known + atEdges
      ? { problem: `${table.stored - known} are in the table and were never accepted: restored from a backup?` }
      : {}),
  };
};

const publishedSum = ({ publishes, published, atEdges }: Figures, stored: number): Sum | undefined => {
  if (!publishes) return undefined;
  const behind = stored - published;
  return {
    name: 'published',
    text: `${published} published, at least one for each of ${stored} stored`,
    problem: behind > atEdges ? `${behind} stored webhooks have no event yet` : undefined,
  };
};

const missingSum = (missing: number | null): Sum | undefined =>
  missing === null
    ? undefined
    : {
        name: 'missing',
        text: `${missing} missing: in Twilio's list, and not in the table`,
        problem: missing > 0 ? `${missing} never came: run reconcile` : undefined,
      };

const judged = (
  difference: number,
  allowed: { readonly above: number; readonly below: number },
  describe: (count: number, isTooMany: boolean) => string,
): Pick<Sum, 'problem'> => {
  if (difference > allowed.above) return { problem: describe(difference, true) };
  return -difference > allowed.below ? { problem: describe(-difference, false) } : {};
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
