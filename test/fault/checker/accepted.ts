import type { Exchange, History, InjectedFault } from '../history/history';
import type { PlannedRequest } from '../history/plan';
import type { Check } from './check-history';
import { isAccepted, sent } from './rows';

/** Why a genuine exchange may fail. */
type Excuse = 'fault' | 'starved';

/** How long a secret's read may take after a fault; every webhook waits for it. */
const readMs = { hang: 2_500, other: 500 } as const;
/** While a cached token is still used, a failing source is asked for the next one every ten seconds (docs/adr/0004). */
const nextTokenMs = 11_000;

const isOfIngress = ({ action }: InjectedFault): boolean =>
  ['SendMessage', 'GetSecretValue', 'DescribeSecret'].includes(action);

/** Whether an injected fault can have affected an exchange. */
const affects = (
  fault: InjectedFault,
  { sent: { body } }: PlannedRequest,
  exchange: Exchange,
  rotates: boolean,
): boolean => {
  if (!isOfIngress(fault)) return false;
  const endedAtMs = exchange.startedAtMs + exchange.durationMs;
  const ofSecret = rotates ? nextTokenMs : readMs[fault.kind === 'hang' ? 'hang' : 'other'];
  const echoMs = fault.action === 'SendMessage' ? 0 : ofSecret;
  if (fault.fromMs > endedAtMs || fault.toMs + echoMs < exchange.startedAtMs) return false;
  // A killed process fails every request in it; any other fault affects only the webhook of its call.
  return fault.action !== 'SendMessage' || fault.kind.startsWith('killed') || body.includes(fault.about);
};

const excuseOf = (
  { plan, injectedFaults }: History,
  request: PlannedRequest,
  exchange: Exchange,
): Excuse | undefined => {
  const rotates = plan.steps.some(({ kind }) => kind === 'rotate');
  if (injectedFaults.some((fault) => affects(fault, request, exchange, rotates))) return 'fault';
  return exchange.starved ? 'starved' : undefined;
};

const genuine = (history: History) => sent(history).filter(({ request }) => request.forgery === undefined);

/** A genuine request may only fail because of a fault or a starved machine. */
export const acceptedWithoutFault: Check = (history) =>
  genuine(history).flatMap(({ request, exchanges }) => {
    const refused = exchanges.filter(
      (exchange) => !isAccepted(exchange) && excuseOf(history, request, exchange) === undefined,
    );
    const [first] = refused;
    return first === undefined
      ? []
      : [
          {
            invariant: 'genuine webhooks are accepted' as const,
            found:
              `${request.id} was not accepted in ${refused.length} of ${exchanges.length} deliveries, without a fault; ` +
              `the first was answered ${first.status ?? 'nothing'} after ${first.durationMs} ms`,
          },
        ];
  });

/** After the faults have ended there is no excuse. */
export const acceptedInTheEnd: Check = (history) =>
  genuine(history)
    .filter(({ exchanges }) => !exchanges.some(isAccepted))
    .map(({ request, exchanges }) => ({
      invariant: 'genuine webhooks are accepted',
      found: `${request.id} was not accepted in ${exchanges.length} deliveries, the last after the faults had ended`,
    }));

export interface DeliveryCounts {
  readonly accepted: number;
  /** Not accepted, and excused. */
  readonly fault: number;
  readonly starved: number;
  /** Not accepted without an excuse. */
  readonly refused: number;
}

/** Counts the genuine deliveries of a history by their outcome. */
export const countDeliveries = (history: History): DeliveryCounts => {
  const counts = { accepted: 0, fault: 0, starved: 0, refused: 0 };
  for (const { request, exchanges } of genuine(history)) {
    for (const exchange of exchanges) {
      counts[isAccepted(exchange) ? 'accepted' : (excuseOf(history, request, exchange) ?? 'refused')] += 1;
    }
  }
  return counts;
};
