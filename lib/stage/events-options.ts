import type { Problems } from './problems';

export interface EventsOptions {
  /**
   * `reference` leaves the data out, so that texts and numbers stay in the table: an event then has the key of the
   * item, its type and its SID. Filters by number are not possible.
   * @default 'full'
   */
  readonly payload?: 'full' | 'reference';
}

export interface EventsSettings {
  readonly payload: 'full' | 'reference';
}

export const resolveEvents = (options: boolean | EventsOptions | undefined): EventsSettings | undefined => {
  if (options === undefined || options === false) return undefined;
  return { payload: options === true ? 'full' : (options.payload ?? 'full') };
};

export const eventsProblems = (events: EventsSettings | undefined): Problems =>
  events === undefined || ['full', 'reference'].includes(events.payload)
    ? []
    : [`events.payload is ${JSON.stringify(events.payload)}: it must be 'full' or 'reference'`];
