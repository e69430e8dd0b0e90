import type { Delivery, MissedHistory } from '../history';

/** How a request has reached the gateway. */
export interface Arrivals {
  readonly isSent: boolean;
  /** Ways on which it was accepted for certain, and those on which it may have been. */
  readonly certain: readonly Delivery['to'][];
  readonly possible: readonly Delivery['to'][];
}

const isAccepted = ({ status }: Delivery): boolean => status !== undefined && status >= 200 && status < 300;

/** An answer of ingress that is 5xx, or none, may have come after the queue took the message. */
const mayBeAccepted = (delivery: Delivery): boolean =>
  isAccepted(delivery) || (!delivery.inOutage && (delivery.status ?? 500) >= 500);

export const arrivals = ({ deliveries }: Pick<MissedHistory, 'deliveries'>, request: string): Arrivals => {
  const own = deliveries.filter((delivery) => delivery.request === request);
  return {
    isSent: own.length > 0,
    certain: own.filter(isAccepted).map(({ to }) => to),
    possible: own.filter(mayBeAccepted).map(({ to }) => to),
  };
};
