import type { EntryQuery } from './recent-entries';
import { paramsOf, textOf, type StoredItem, type StoredParams } from './stored-item';

/** An event that is not a message, as `events list --json` prints it. A field that is not stored is null. */
export interface EventView {
  readonly id: string | null;
  /** `usage`, `event` or `unrecognized`. */
  readonly kind: string | null;
  /** The CloudEvent's type. */
  readonly type: string | null;
  readonly accountSid: string | null;
  readonly subject: string | null;
  /** ISO 8601. */
  readonly receivedAt: string | null;
  /** Whether the webhook had the form that its route expects. */
  readonly recognized: boolean;
}

/** What the table of `events list` shows in addition. */
export interface ListedEvent extends EventView {
  /** Why it was not recognized. */
  readonly reason: string | null;
}

/** `events show --json`. */
export interface EventDetails extends ListedEvent {
  readonly source: string | null;
  /** Where it was received: `messages`, `status`, `usage` or `events`. */
  readonly route: string | null;
  readonly query: string | null;
  readonly params: StoredParams | null;
  /** The JSON or text of the body, character for character. */
  readonly payload: string | null;
  /** The body if it is not text. */
  readonly payloadBase64: string | null;
}

export interface EventQuery extends EntryQuery {
  readonly limit: number;
  readonly unrecognizedOnly: boolean;
}

/** Reads the stored events that are not messages. */
export interface EventReader {
  /** The newest first. */
  list(query: EventQuery): Promise<readonly ListedEvent[]>;
  /** Every event with this id, newest first: other accounts and senders may use the same id. */
  find(eventId: string, query: EntryQuery): Promise<readonly EventDetails[]>;
}

const unrecognizedKind = 'unrecognized';

export const isUnrecognized = (item: StoredItem): boolean => textOf(item, 'kind') === unrecognizedKind;

const eventView = (item: StoredItem): EventView => ({
  id: textOf(item, 'eventId'),
  kind: textOf(item, 'kind'),
  type: textOf(item, 'type'),
  accountSid: textOf(item, 'accountSid'),
  subject: textOf(item, 'subject'),
  receivedAt: textOf(item, 'receivedAt'),
  recognized: !isUnrecognized(item),
});

export const listedEvent = (item: StoredItem): ListedEvent => ({
  ...eventView(item),
  reason: textOf(item, 'reason'),
});

export const eventDetails = (item: StoredItem): EventDetails => ({
  ...listedEvent(item),
  source: textOf(item, 'source'),
  route: textOf(item, 'route'),
  query: textOf(item, 'query'),
  params: paramsOf(item),
  payload: textOf(item, 'payload'),
  payloadBase64: textOf(item, 'payloadBase64'),
});
