import { integerProblems, type Problems } from './problems';

/** Limits of the HTTP API's stage. */
export interface Throttle {
  /** Requests per second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

export const defaultThrottle: Throttle = { rateLimit: 2000, burstLimit: 2000 };

export const throttleProblems = ({ rateLimit, burstLimit }: Throttle): Problems => [
  ...integerProblems('throttle.rateLimit', rateLimit, 100, 10_000),
  ...integerProblems('throttle.burstLimit', burstLimit, 100, 5_000),
];
