import type { Violation } from '../../checker/check-history';
import {
  deliveriesTo,
  everyEventIsHandled,
  everyEventIsOneMessage,
  handledInStoredOrder,
  onlyStoredIsHandled,
} from '../../checker/handled';
import { historyHandlers } from '../../events/handlers';
import type { MissedHistory } from '../history';

const invariant = 'everything is handled once';

/** Each handler handles what is stored, once. Nothing fails between the table and the handlers. */
export const handledOnce = (history: MissedHistory): readonly Violation[] => [
  ...[everyEventIsHandled, onlyStoredIsHandled, everyEventIsOneMessage, handledInStoredOrder]
    .flatMap((check) => check(history))
    .map(({ found }) => ({ invariant, found }) as const),
  ...historyHandlers.flatMap((handler) => {
    const counts = new Map<string, number>();
    for (const { fact, handled } of deliveriesTo(handler, history)) {
      if (handled) counts.set(fact, (counts.get(fact) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count > 1)
      .map(([fact, count]) => ({ invariant, found: `${handler.name}: ${fact} was handled ${count} times` }) as const);
  }),
];
