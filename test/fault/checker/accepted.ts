import type { Exchange, History, Strike } from '../history/history';
import type { PlannedRequest } from '../history/plan';
import type { Check } from './check-history';
import { isAccepted, sent } from './rows';

/** Why an exchange need not have been accepted. */
type Hindrance = 'fault' | 'starved';

/** How long a read of a secret is under way after a fault; every webhook that comes meanwhile waits for it. */
const readMs = { hang: 2_500, other: 500 } as const;
/** While a token that is known still serves, a failing source is asked for the next one only every ten seconds (docs/adr/0004). */
const nextTokenMs = 11_000;

const isOfIngress = ({ action }: Strike): boolean =>
  ['SendMessage', 'GetSecretValue', 'DescribeSecret'].includes(action);

/** Whether a fault that was met can have reached an exchange. */
const reaches = (
  strike: Strike,
  { sent: { body } }: PlannedRequest,
  exchange: Exchange,
  rotates: boolean,
): boolean => {
  if (!isOfIngress(strike)) return false;
  const endedAtMs = exchange.startedAtMs + exchange.durationMs;
  const ofSecret = rotates ? nextTokenMs : readMs[strike.kind === 'hang' ? 'hang' : 'other'];
  const echoMs = strike.action === 'SendMessage' ? 0 : ofSecret;
  if (strike.fromMs > endedAtMs || strike.toMs + echoMs < exchange.startedAtMs) return false;
  // A killed process takes everyone along who is in it; any other fault of a call hits only the webhook that the call is about.
  return strike.action !== 'SendMessage' || strike.kind.startsWith('killed') || body.includes(strike.about);
};

const hindranceOf = (
  { plan, strikes }: History,
  request: PlannedRequest,
  exchange: Exchange,
): Hindrance | undefined => {
  const rotates = plan.steps.some(({ kind }) => kind === 'rotate');
  if (strikes.some((strike) => reaches(strike, request, exchange, rotates))) return 'fault';
  return exchange.starved ? 'starved' : undefined;
};

const genuine = (history: History) => sent(history).filter(({ request }) => request.forgery === undefined);

/** Nothing that is genuine may be turned away without a fault in its way. */
export const unhinderedIsAccepted: Check = (history) =>
  genuine(history).flatMap(({ request, exchanges }) => {
    const refused = exchanges.filter(
      (one) => !isAccepted(one) && hindranceOf(history, request, one) === undefined,
    );
    const [first] = refused;
    return first === undefined
      ? []
      : [
          {
            invariant: 'genuine is accepted' as const,
            found:
              `${request.id} had no fault in its way in ${refused.length} of ${exchanges.length} deliveries that were not ` +
              `accepted; the first was answered ${first.status ?? 'nothing'} after ${first.durationMs} ms`,
          },
        ];
  });

/** And nothing excuses a gateway once everything is healed. */
export const allIsAcceptedInTheEnd: Check = (history) =>
  genuine(history)
    .filter(({ exchanges }) => !exchanges.some(isAccepted))
    .map(({ request, exchanges }) => ({
      invariant: 'genuine is accepted',
      found: `${request.id} was not accepted in ${exchanges.length} deliveries, the last of them after everything was healed`,
    }));

export interface DeliveryCounts {
  readonly accepted: number;
  /** Not accepted, and excused. */
  readonly fault: number;
  readonly starved: number;
  /** Not accepted without an excuse. */
  readonly refused: number;
}

/** What became of the genuine deliveries of a history. */
export const countDeliveries = (history: History): DeliveryCounts => {
  const counts = { accepted: 0, fault: 0, starved: 0, refused: 0 };
  for (const { request, exchanges } of genuine(history)) {
    for (const exchange of exchanges) {
      counts[isAccepted(exchange) ? 'accepted' : (hindranceOf(history, request, exchange) ?? 'refused')] += 1;
    }
  }
  return counts;
};
