import type { Recurrence } from '../shared/breaker/breaker-trigger';
import type { UsageQuery } from './ports';

const dayMs = 24 * 60 * 60 * 1000;
/** Longer than all retries of a firing (21 minutes), so that one just before midnight is not late. */
const graceMs = 60 * 60 * 1000;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);

/**
 * First and last day of the period that a day belongs to; Twilio's periods are in GMT.
 * @param day YYYY-MM-DD
 * @returns undefined for a trigger whose usage is counted over all time
 */
const periodOf = (recurring: Recurrence, day: string) => {
  const [year = 0, month = 0] = day.split('-').map(Number);
  switch (recurring) {
    case 'daily':
      return { first: day, last: day };
    case 'monthly':
      // Day 0 of a month is the last day of the month before; months count from 0.
      return { first: `${day.slice(0, 'YYYY-MM'.length)}-01`, last: dayOf(Date.UTC(year, month, 0)) };
    case 'yearly':
      return { first: `${year}-01-01`, last: `${year}-12-31` };
    case 'alltime':
    case 'once':
      return undefined;
  }
};

/**
 * The days of a trigger's period up to today; undefined means all time.
 * @param day YYYY-MM-DD in UTC, any day of the period
 * @param now epoch milliseconds
 */
export const usagePeriod = (recurring: Recurrence, day: string, now: number): UsageQuery['days'] => {
  const period = periodOf(recurring, day);
  if (period === undefined) return undefined;
  const today = dayOf(now);
  const reached = period.last < today ? period.last : today;
  // Twilio's clock may be ahead of ours at midnight.
  return { from: period.first, to: reached < period.first ? period.first : reached };
};

/**
 * Whether the period that a trigger fired in has ended, with an hour's grace. A trigger over all time is never late.
 */
export const isPeriodOver = (recurring: Recurrence, firedOn: string, now: number): boolean => {
  const period = periodOf(recurring, firedOn);
  return period !== undefined && Date.parse(period.last) + dayMs + graceMs <= now;
};

/** The days of a trigger's current period up to today. */
export const currentPeriod = (recurring: Recurrence, now: number): UsageQuery['days'] =>
  usagePeriod(recurring, dayOf(now), now);
