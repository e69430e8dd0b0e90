import type { Figures, HandlerFigures } from './figures';
import { serverRejections, sumOf } from './rejections';

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

export const receivedSum = (
  { accepted, api, lane, atEdges }: Figures,
  received: number,
  refused: number,
): Sum | undefined => {
  if (api === undefined) return undefined;
  const onLane = lane.pending + lane.dead;
  const difference = received - accepted - refused - onLane;
  const laneText = onLane === 0 ? '' : ` + ${onLane} on the fallback lane`;
  return {
    name: 'received',
    text: `${received} received = ${accepted} accepted + ${refused} refused${laneText}`,
    // What the lane has counted may have come before the period, or from SQS twice.
    ...betweenBounds(difference, { above: atEdges, below: atEdges + lane.counted }, (count, isTooMany) =>
      isTooMany
        ? `${count} were answered, and no function has counted them`
        : `${count} were counted by a function, and API Gateway has answered otherwise`,
    ),
  };
};

export const acceptedSum = (
  figures: Figures,
  { stored, backfilled }: { readonly stored: number; readonly backfilled: number },
): Sum => {
  const { accepted, consumer, deadWebhooks, pending, atEdges } = figures;
  const others = consumer.otherReadings;
  const right = stored + consumer.duplicates + others + deadWebhooks + pending;
  const difference = accepted + backfilled - right;
  const parts = [
    `${stored} stored`,
    `${consumer.duplicates} duplicates`,
    ...(others === 0 ? [] : [`${others} other readings`]),
    `${deadWebhooks} dead`,
    `${pending} pending`,
  ];
  return {
    name: 'accepted',
    text: `${accepted} accepted + ${backfilled} backfilled = ${parts.join(' + ')}`,
    ...(difference > atEdges
      ? { problem: `${difference} were accepted and are nowhere: not stored, not dead and not on the queue` }
      : {}),
    // No loss: what was never accepted and is stored is a problem of the next sum.
    ...(difference < 0
      ? { note: `${-difference} more: the queue had some twice, or has requests that were answered 5xx` }
      : {}),
  };
};

export const tableSum = (figures: Figures, backfilled: number, refused: Readonly<Record<string, number>>): Sum => {
  const { consumer, table, accepted, redriven, atEdges } = figures;
  const counted = consumer.stored - consumer.redelivered;
  // A dead letter that was redriven may be a row of an earlier period.
  const gone = counted - table.stored - redriven;
  // A request that was answered 5xx may be on the queue: SQS's answer was late, or the function ended.
  const unanswered = sumOf([...serverRejections, 'Other5xx'].map((name) => refused[name] ?? 0));
  const known = accepted + backfilled + unanswered;
  return {
    name: 'stored',
    text: `${counted} counted as stored, ${table.stored} in the table`,
    ...(gone > atEdges ? { problem: `${gone} were stored and are not in the table: erased?` } : {}),
    ...(table.stored > known + atEdges
      ? { problem: `${table.stored - known} are in the table and were never accepted: restored from a backup?` }
      : {}),
  };
};

export const publishedSum = ({ publishes, published, atEdges }: Figures, stored: number): Sum | undefined => {
  if (!publishes) return undefined;
  const behind = stored - published;
  return {
    name: 'published',
    text: `${published} published, at least one for each of ${stored} stored`,
    problem: behind > atEdges ? `${behind} stored webhooks have no event yet` : undefined,
  };
};

/** Of one handler: what SNS has sent to its queue. */
export const handlerSum = ({
  name,
  sent,
  handled,
  duplicates,
  counts,
  deadLetters,
  pending,
  redriven,
  atEdges,
}: HandlerFigures): Sum => {
  const difference = sent - handled - duplicates - deadLetters - pending;
  const isLost = difference > atEdges + redriven;
  const parts = [`${handled} handled`, ...(duplicates === 0 ? [] : [`${duplicates} duplicates`])];
  return {
    name: 'handled',
    text: `${name}: ${sent} sent = ${[...parts, `${deadLetters} dead`, `${pending} pending`].join(' + ')}`,
    ...(isLost && counts
      ? {
          problem: `${name} has ${difference} fewer: not handled, not dead and not on its queue. Deleted dead letters?`,
        }
      : {}),
    ...(isLost && !counts ? { note: 'its function counts nothing: it does not use gateway/handlers' } : {}),
    ...(difference < 0 ? { note: `${-difference} more: sent before the period, redriven, or delivered twice` } : {}),
  };
};

export const missingSum = (missing: number | null): Sum | undefined =>
  missing === null
    ? undefined
    : {
        name: 'missing',
        text: `${missing} missing: in Twilio's list, and not in the table`,
        problem: missing > 0 ? `${missing} never came: run reconcile` : undefined,
      };

const betweenBounds = (
  difference: number,
  allowed: { readonly above: number; readonly below: number },
  describe: (count: number, isTooMany: boolean) => string,
): Pick<Sum, 'problem'> => {
  if (difference > allowed.above) return { problem: describe(difference, true) };
  return -difference > allowed.below ? { problem: describe(-difference, false) } : {};
};
