import type { Recurrence } from '../shared/breaker-trigger';
import type { UsageQuery } from './ports';

/** A trigger that fired just before midnight is judged by the day that it was about. */
const graceMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);

/**
 * The days whose usage confirms a firing: its period up to the day it fired, as long as that is fresh, else the period that runs
 * now. So a dead letter that is redriven a week later stops an account only if it is over the limit again.
 * @param firedOn YYYY-MM-DD in UTC; Twilio's periods are in GMT
 * @param now epoch milliseconds
 */
export const usagePeriod = (recurring: Recurrence, firedOn: string, now: number): UsageQuery['days'] => {
  const endOfDay = Date.parse(firedOn) + dayMs;
  const to = endOfDay + graceMs > now && Date.parse(firedOn) <= now ? firedOn : dayOf(now);
  switch (recurring) {
    case 'daily':
      return { from: to, to };
    case 'monthly':
      return { from: `${to.slice(0, 'YYYY-MM'.length)}-01`, to };
    case 'yearly':
      return { from: `${to.slice(0, 'YYYY'.length)}-01-01`, to };
    case 'alltime':
    case 'once':
      return undefined;
  }
};
