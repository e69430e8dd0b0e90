import type { Problems } from './problems';

/** Options of the events that are published about everything that is stored. */
export interface EventsOptions {
  /**
   * `reference` leaves the data out, so that texts and numbers stay in the table: an event then has the key of the
   * item, its type and its SID. Filters by number are not possible.
   * @default 'full'
   */
  readonly payload?: 'full' | 'reference';
  /**
   * The ARN of your EventBridge bus, which also gets every event. If it does not accept an event, the later events
   * wait. The bus must be in the stage's account and region, or allow the publisher's role. The local gateway
   * has no bus.
   * @default none
   */
  readonly eventBusArn?: string;
}

export interface EventsSettings {
  readonly payload: 'full' | 'reference';
  readonly eventBusArn: string | undefined;
}

export const resolveEvents = (options: boolean | EventsOptions | undefined): EventsSettings | undefined => {
  if (options === undefined || options === false) return undefined;
  const { payload = 'full', eventBusArn }: EventsOptions = options === true ? {} : options;
  return { payload, eventBusArn };
};

export const eventsProblems = (events: EventsSettings | undefined): Problems => [
  ...(events === undefined || ['full', 'reference'].includes(events.payload)
    ? []
    : [`events.payload is ${JSON.stringify(events.payload)}: it must be 'full' or 'reference'`]),
  ...(events?.eventBusArn === undefined || /^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/\S+$/.test(events.eventBusArn)
    ? []
    : ['events.eventBusArn is not the ARN of an event bus (arn:aws:events:REGION:ACCOUNT:event-bus/NAME)']),
];
