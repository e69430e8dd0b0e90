import type { MessageReceived } from '../shared/events/gateway-event';
import type { ChangeVisibility, Log, Metrics } from '../shared/runtime/ports';
import type { QueueRecord } from './queue-event';

/** What a handler function uses of AWS and Twilio. `testing.ts` has them in memory. */
export interface HandlerPorts {
  /** The subscription's name. Each subscription handles an event once. */
  readonly handlerName: string;
  readonly idempotency: IdempotencyStore;
  /** Resolves when the message is in the dead-letter queue. The id is that of the event, if there is one. */
  readonly deadLetter: (record: QueueRecord, id: string, signal: AbortSignal) => Promise<void>;
  /** Hides a message for the given number of seconds before its next try. */
  readonly changeVisibility: ChangeVisibility;
  /** Seconds before the second try, the third and so on. Later ones wait for the queue's visibility timeout. */
  readonly retryDelays: readonly number[];
  /** The number of receives after which the queue makes a message a dead letter. */
  readonly maxReceives: number;
  readonly sendReply: SendReply;
  /** Writes a line that the handler logs. */
  readonly log: LogLine;
  /** Writes the line about each event. */
  readonly logOutcome: Log;
  readonly metrics: Metrics & { flush(): void };
  /** For tests: gets the error of an event that failed or became a dead letter. The error itself is never logged. */
  readonly onError?: (error: unknown) => void;
}

/** Fields of a line in the log. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;
export type LogLine = (message: string, fields: LogFields) => void;

/** One try to handle an event. */
export interface Claim {
  readonly key: string;
  /** Different for each try, so that a try recognizes its own record when a write is repeated. */
  readonly owner: string;
  /** Epoch milliseconds after which the try has certainly ended. */
  readonly untilMs: number;
}

/** Remembers which events were handled. Every call may reject, and ends when the signal aborts. */
export interface IdempotencyStore {
  /** `done`: an earlier try completed. `in_progress`: another try may still be running. */
  begin(claim: Claim, signal: AbortSignal): Promise<'begun' | 'done' | 'in_progress'>;
  finish(claim: Claim, signal: AbortSignal): Promise<void>;
  /** Lets the next try begin. */
  release(claim: Claim, signal: AbortSignal): Promise<void>;
}

/** A message to send. */
export interface ReplyContent {
  /** The text. */
  readonly body?: string;
  /** Public URLs of pictures or other media. */
  readonly mediaUrl?: string | readonly string[];
  /** A template of Twilio's Content API, which WhatsApp needs after 24 hours without a message. */
  readonly contentSid?: string;
  /** The template's variables, as JSON. */
  readonly contentVariables?: string;
}

/** The result of a reply. */
export type ReplyResult = ReplySent | ReplyOptedOut;

/** Twilio has accepted the message. */
export interface ReplySent {
  /** Whether the reply was sent. */
  readonly kind: 'sent';
  /** The SID of the reply. */
  readonly messageSid: string | undefined;
}

/** The person does not want messages. Nothing was sent, and nothing needs to be done. */
export interface ReplyOptedOut {
  /** Whether the reply was sent. */
  readonly kind: 'opted_out';
}

export type SendReply = (message: MessageReceived, content: ReplyContent, signal: AbortSignal) => Promise<ReplyResult>;
