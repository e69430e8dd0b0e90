import { createThrottle } from '../../http-api/throttle';
import { apiError, type ApiAnswer } from '../api-error';

/** How Twilio's lists behave on a bad day. Absent: they are complete at once, and always answer. */
export interface ListConditions {
  /** Milliseconds until a message appears in a list. */
  readonly lagMs?: number;
  /** The share of requests that is answered with 503, from 0 to 1. */
  readonly failingShare?: number;
  /** Requests in a second; more are answered with 429. */
  readonly requestsPerSecond?: number;
  /** Items in a page, although a request may ask for more. */
  readonly pageSize?: number;
}

/** @returns the error of a request that the conditions refuse, else undefined */
export const createListErrors = (conditions: () => ListConditions): (() => ApiAnswer | undefined) => {
  let failing = 0;
  let throttle: { readonly rate: number; readonly admit: () => boolean } | undefined;
  return () => {
    const { failingShare = 0, requestsPerSecond: rate } = conditions();
    if (rate === undefined) throttle = undefined;
    else if (throttle?.rate !== rate) {
      throttle = { rate, admit: createThrottle({ rateLimit: rate, burstLimit: Math.max(rate, 1) }) };
    }
    if (throttle?.admit() === false) return apiError(429, 20429, 'Too Many Requests');
    // Evenly, so that a test that is repeated sees the same failures.
    failing += failingShare;
    if (failing < 1) return undefined;
    failing -= 1;
    return apiError(503, 20503, 'Service is unavailable');
  };
};
