import type { UnrecognizedReason } from '../shared/payload/reading';

/** What the consumer needs of the outside. Implemented in `lambda/consumer/aws`, faked in tests. */

/** What every verified webhook has when it is stored. */
interface Delivery {
  readonly accountSid: string;
  readonly requestId: string;
  /** ISO 8601, UTC, milliseconds: strings sort as times do. */
  readonly receivedAt: string;
  /** As received, without `?`. */
  readonly query: string;
  /** Twilio's `I-Twilio-Idempotency-Token`, which is not signed. */
  readonly idempotencyToken?: string;
}

export interface Media {
  readonly url: string;
  readonly contentType: string;
}

export interface IncomingMessage extends Delivery {
  readonly kind: 'message';
  readonly messageSid: string;
  readonly from: string;
  readonly to: string;
  /** Absent where the message has no text of its own: Twilio leaves it out for contacts and locations. */
  readonly body?: string;
  readonly numMedia: number;
  readonly media: readonly Media[];
  /** The rest of the verified form as JSON text. */
  readonly params: string;
  /** Came to the fallback URL, because Twilio could not use the first answer. */
  readonly fallback: boolean;
  /** The status it has by itself, and that one's position. */
  readonly status: string;
  readonly order: number;
}

export interface StatusCallback extends Delivery {
  readonly kind: 'status';
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode?: string;
  /** Position in the total order of statuses (`status-order.ts`); absent for a status nobody knows. */
  readonly order?: number;
  readonly from: string;
  readonly to: string;
  readonly params: string;
}

export interface OtherEvent extends Delivery {
  readonly kind: 'usage' | 'event' | 'unrecognized';
  /** By an id that the sender chose, or by the signed text. */
  readonly eventId: string;
  readonly route: string;
  /** Of a CloudEvent. */
  readonly type?: string;
  readonly source?: string;
  /** Why it is unrecognized. */
  readonly reason?: UnrecognizedReason;
  /** A form's parameters as JSON text, a text as received, or bytes that are no text. */
  readonly content:
    { readonly params: string } | { readonly payload: string } | { readonly payloadBase64: string };
  /** SHA-256 of what two deliveries of one event have in common. */
  readonly contentHash: string;
}

export type StoredWebhook = IncomingMessage | StatusCallback | OtherEvent;

/** `duplicate`: it was there already, from this or an earlier delivery. */
export type StoreOutcome = 'stored' | 'duplicate';

export interface StatusOutcome {
  readonly outcome: StoreOutcome;
  /** The status that the message had before, or keeps instead of this one. */
  readonly earlierStatus?: string;
}

/**
 * `beside`: its id is taken by other content, so it is stored under the same id with its content's hash, by this or an earlier
 * receive of the same queue message.
 */
export type EventOutcome = StoreOutcome | 'beside';

/** A text that Twilio signed, in one reading. */
export interface SignedText {
  readonly accountSid: string;
  readonly signedTextHash: string;
  /** `readingDigest`: the text with its boundaries. */
  readonly reading: string;
  readonly requestId: string;
  readonly receivedAt: string;
  readonly idempotencyToken?: string;
}

export type TextOutcome =
  /** To be stored. `eventsStored`: how many events of a batch an earlier receive of this queue message has stored. */
  | { readonly kind: 'mine'; readonly eventsStored: number }
  /** Another request had the same text in the same reading: a retry or a replay, which look alike. */
  | { readonly kind: 'repeated'; readonly hasOtherToken: boolean }
  /**
   * The text was read otherwise before. `isEarlier`: the queue changed the order, and this request came before the one whose
   * reading was stored.
   */
  | { readonly kind: 'other_reading'; readonly isEarlier: boolean };

/**
 * Stores webhooks so that every order of arrival, with duplicates and with crashes between, leads to the same items:
 * - of several deliveries of one event the earliest received stays (ties: the lower request id);
 * - a message's identity and times come from the incoming message if there is one, else from its earliest status callback;
 * - its status is the highest in order, and `updatedAt` the earliest time at which that one was received. An incoming
 *   message counts as a `received` status.
 *
 * Every method rejects on faults (throttled, denied, timed out, aborted): the caller's redelivery heals what was half done.
 */
export interface EventStore {
  /**
   * Asked first. A signature binds a text and not where names end, so one captured text can be read in many ways: the first reading
   * stays, and one request is responsible for storing it. That request's queue message comes back until it has.
   */
  claimText(text: SignedText, signal: AbortSignal): Promise<TextOutcome>;
  /** Remembers that the first events of a batch are stored, so that the next receive goes on behind them. */
  noteProgress(text: SignedText, eventsStored: number, signal: AbortSignal): Promise<void>;
  storeMessage(message: IncomingMessage, signal: AbortSignal): Promise<StoreOutcome>;
  storeStatus(status: StatusCallback, signal: AbortSignal): Promise<StatusOutcome>;
  storeEvent(event: OtherEvent, signal: AbortSignal): Promise<EventOutcome>;
}

/** Makes a message receivable again at once, instead of after its visibility timeout. May reject; nothing depends on it. */
export type RetryNow = (receiptHandle: string, signal: AbortSignal) => Promise<void>;
