import type { MessageAttributes } from '../shared/attributes/message-attributes';
import type { DeliveryWay } from '../shared/payload/envelope';
import type { UnrecognizedReason } from '../shared/payload/reading';

/** The consumer's own ports. Implemented in `lambda/consumer/aws`, faked in tests. */

/** Common to all stored webhooks. */
interface Delivery {
  readonly accountSid: string;
  readonly requestId: string;
  /** ISO 8601, UTC, milliseconds: strings sort as times do. */
  readonly receivedAt: string;
  /** As received, without `?`. */
  readonly query: string;
  /** Twilio's `I-Twilio-Idempotency-Token`, which is not signed. */
  readonly idempotencyToken?: string;
  /** Absent for a webhook that came to its own URL. */
  readonly via?: DeliveryWay;
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
  /** Absent if the message has no text: Twilio omits it for contacts and locations. */
  readonly body?: string;
  readonly numMedia: number;
  readonly media: readonly Media[];
  /** The other parameters of the verified form, as JSON text. */
  readonly params: string;
  /** Some of these parameters as attributes of their own, so that queries can use them. */
  readonly attributes: MessageAttributes;
  /** Sent to the fallback URL, because Twilio could not use the first response. */
  readonly fallback: boolean;
  /** An incoming message has the status `received`, and this is its order. */
  readonly status: string;
  readonly order: number;
}

export interface StatusCallback extends Delivery {
  readonly kind: 'status';
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode?: string;
  /** Position in the total order of statuses (`status-order.ts`); absent for an unknown status. */
  readonly order?: number;
  readonly from: string;
  readonly to: string;
  readonly params: string;
}

export interface OtherEvent extends Delivery {
  readonly kind: 'usage' | 'event' | 'unrecognized';
  /** Derived from the identifier in the webhook, or else from the signed text. */
  readonly eventId: string;
  readonly route: string;
  /** The SID of the resource that the event is about. */
  readonly subject?: string;
  /** The type of the event, such as `call.completed`. */
  readonly type?: string;
  /** The source of a CloudEvent. */
  readonly source?: string;
  /** Why it is unrecognized. */
  readonly reason?: UnrecognizedReason;
  /** A form's parameters as JSON text, a text as received, or bytes that are not text. */
  readonly content: { readonly params: string } | { readonly payload: string } | { readonly payloadBase64: string };
  /** SHA-256 of the content: the same for every delivery of one event. */
  readonly contentHash: string;
}

/** A canary, which the gateway has sent to itself. */
export interface Canary extends Pick<Delivery, 'accountSid' | 'requestId' | 'receivedAt'> {
  readonly canaryId: string;
}

export const optOutStates = ['STOP', 'START'] as const;

/** That a person has opted out of messages, or in again, as a webhook reports it. */
export interface OptOut {
  readonly accountSid: string;
  readonly requestId: string;
  /** The SID of the messaging service if the message has one, else the account's own address. */
  readonly own: string;
  readonly person: string;
  readonly state: (typeof optOutStates)[number];
  /** `OptOutType` of an incoming message, or the error code with which Twilio refused an outgoing one. */
  readonly source: 'OptOutType' | '21610';
  /** When the webhook was received. */
  readonly changedAt: string;
  readonly messageSid: string;
  readonly from: string;
  readonly to: string;
}

export type StoredWebhook = IncomingMessage | StatusCallback | OtherEvent;

/** `duplicate`: this or an earlier delivery had stored it before. */
export type StoreOutcome = 'stored' | 'duplicate';

export interface StatusOutcome {
  readonly outcome: StoreOutcome;
  /** The status that the message had before this callback. */
  readonly earlierStatus?: string;
}

/**
 * `other_content`: another event with other content has the same id, so this one is stored under that id and its own
 * content hash. This or an earlier receive of the same queue message stored it.
 */
export type EventOutcome = StoreOutcome | 'other_content';

/** A text that Twilio signed, and one way of splitting it into parameters. */
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
  /**
   * This request must store it. `eventsStored`: events of a batch that an earlier receive of this queue message has
   * stored. `isAgain`: an earlier receive, or another copy of this queue message, has begun to store it.
   */
  | { readonly kind: 'claimed'; readonly eventsStored: number; readonly isAgain?: true }
  /** Another request had the same text in the same reading: a retry or a replay, which cannot be distinguished. */
  | { readonly kind: 'repeated'; readonly hasOtherToken: boolean }
  /**
   * The text was stored in another reading. `isEarlier`: ingress received this request first, but the queue delivered
   * it later.
   */
  | { readonly kind: 'other_reading'; readonly isEarlier: boolean };

/**
 * Stores webhooks so that every order of arrival, with duplicates and crashes, leads to the same items:
 * - of several deliveries of one event, the one received first is stored (ties: the lower request id); a backfill only
 *   until a webhook has come;
 * - a message's identity and times come from the incoming message if there is one, else from its earliest status
 *   callback;
 * - its status is the highest in order, and `updatedAt` is when that status was first received. An incoming message
 *   counts as a `received` status;
 * - an opt-out is the one received last (ties: the higher request id).
 *
 * Every method rejects on errors (throttled, denied, timed out, aborted). The next receive of the queue message
 * completes the rest.
 */
export interface EventStore {
  /**
   * Called first. A signature covers a text, but not where its parameter names and values end, so an attacker could
   * split one captured text in many ways. Only the first reading is accepted, and one request must store it: its queue
   * message is redelivered until it has.
   */
  claimText(text: SignedText, signal: AbortSignal): Promise<TextOutcome>;
  /** Remembers how many events of a batch are stored, so that the next receive continues after them. */
  saveProgress(text: SignedText, eventsStored: number, signal: AbortSignal): Promise<void>;
  /** Stores an opt-out, unless a later one of the same person and own address is stored. */
  storeOptOut(optOut: OptOut, signal: AbortSignal): Promise<void>;
  /** Stores a canary, without any marker. Its sender removes it. */
  storeCanary(canary: Canary, signal: AbortSignal): Promise<void>;
  storeMessage(message: IncomingMessage, signal: AbortSignal): Promise<StoreOutcome>;
  storeStatus(status: StatusCallback, signal: AbortSignal): Promise<StatusOutcome>;
  storeEvent(event: OtherEvent, signal: AbortSignal): Promise<EventOutcome>;
}

/** The outcome of a record that is not retried. */
export type RecordOutcome =
  'stored' | 'stored_unrecognized' | 'stored_other_content' | 'duplicate' | 'repeated_text' | 'other_reading';
