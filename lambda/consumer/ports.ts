/** What the consumer needs of the outside. Implemented in `lambda/aws`, faked in tests. */

/** What every verified webhook has when it is stored. */
interface Delivery {
  readonly eventId: string;
  readonly accountSid: string;
  readonly requestId: string;
  /** ISO 8601, UTC, milliseconds: strings sort as times do. */
  readonly receivedAt: string;
  /** As received, without `?`. */
  readonly query: string;
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
  readonly body: string;
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
  readonly kind: 'usage' | 'event';
  /** Of a CloudEvent. */
  readonly type?: string;
  readonly source?: string;
  /** A form's parameters as JSON text, or a JSON body as received. */
  readonly content: { readonly params: string } | { readonly payload: string };
}

export type StorableWebhook = IncomingMessage | StatusCallback | OtherEvent;

/**
 * `duplicate`: it was there already, from this or an earlier delivery. `other_account`: the place is taken by an item of
 * another account, whose token did not sign this; nothing of that item was touched.
 */
export type StoreOutcome = 'stored' | 'duplicate' | 'other_account';

export interface StatusOutcome {
  readonly outcome: StoreOutcome;
  /** The status that the message had before, or keeps instead of this one. */
  readonly standingStatus?: string;
}

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
  storeMessage(message: IncomingMessage, signal: AbortSignal): Promise<StoreOutcome>;
  storeStatus(status: StatusCallback, signal: AbortSignal): Promise<StatusOutcome>;
  storeEvent(event: OtherEvent, signal: AbortSignal): Promise<StoreOutcome>;
}

/** Makes a message receivable again at once, instead of after its visibility timeout. May reject: it is a favour, no duty. */
export type RetryNow = (receiptHandle: string, signal: AbortSignal) => Promise<void>;
