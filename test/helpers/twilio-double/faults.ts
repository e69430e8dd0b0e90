/** What happens to a request. */
export type InjectedFault =
  /** Answered with an error of Twilio's; nothing is done. */
  | { readonly kind: 'status'; readonly status: number; readonly code?: number }
  /** Never answered; nothing is done. */
  | { readonly kind: 'hang' }
  /** Done, but the connection is reset before the answer: an ambiguous success. */
  | { readonly kind: 'drop-after-commit' };

export interface FaultPlace {
  /** Only requests of this operationId count. */
  readonly operationId?: string | undefined;
  /** Only POST and DELETE count. */
  readonly writes?: boolean;
  /** The first request that fails, counted from 1 since the injection. @default 1 */
  readonly nth?: number;
  /** How many requests fail in a row. @default 1 */
  readonly times?: number;
  /** From `nth` on, one of so many requests fails, without end: `times` counts for each. */
  readonly every?: number;
}

export interface FaultPlan {
  readonly inject: (fault: InjectedFault, place?: FaultPlace) => void;
  readonly clear: () => void;
  /** The fault of this request, which is counted. */
  next(operationId: string, method: string): InjectedFault | undefined;
}

export const createFaultPlan = (): FaultPlan => {
  let planned: { readonly fault: InjectedFault; readonly place: FaultPlace; seen: number }[] = [];
  return {
    inject: (fault, place = {}) => void planned.push({ fault, place, seen: 0 }),
    clear: () => void (planned = []),
    next: (operationId, method) => {
      let hit: InjectedFault | undefined;
      for (const plan of planned) {
        const { operationId: wanted, writes = false, nth = 1, times = 1, every = Infinity } = plan.place;
        if (wanted !== undefined && wanted !== operationId) continue;
        if (writes && method === 'GET') continue;
        plan.seen += 1;
        if (plan.seen >= nth && (plan.seen - nth) % every < times) hit ??= plan.fault;
      }
      return hit;
    },
  };
};
