import type { ConversationKey, ConversationSummary } from '../../../console/api';
import type { WebhookFilter, WebhookView } from '../webhook-view';

export interface WebhookQuery extends WebhookFilter {
  readonly accountSids: readonly string[];
  readonly since: Date;
  /** Not included. */
  readonly until: Date;
  /** The position of the last webhook that is already known: only older ones are wanted. */
  readonly before?: string;
  /**
   * Called with the position of each item that was read, whether it fits or not; true ends the list. So a search that
   * finds nothing can end, and go on later.
   */
  readonly isEnough?: (position: string) => boolean;
}

/** A webhook with its place in the index by account and day, which sorts by time. */
export type PlacedWebhook = WebhookView & { readonly position: string };

export interface FollowFilter extends WebhookFilter {
  readonly accountSids: readonly string[];
}

export interface FollowOptions {
  readonly pollMs: number;
  /** Ends the iteration. */
  readonly signal: AbortSignal;
  /** Begins with what was received since then, instead of now. */
  readonly since?: Date;
  /** Called when a poll fails, and with undefined when one succeeds again. Polls go on in both cases. */
  readonly onProblem?: (error: Error | undefined) => void;
}

export interface ConversationsQuery extends WebhookQuery {
  readonly limit: number;
}

export interface ConversationPageQuery {
  readonly limit: number;
  /** The `before` of the page that was read last: older messages are wanted. */
  readonly before?: string;
}

export interface ConversationMessages {
  /** The oldest first. */
  readonly messages: readonly WebhookView[];
  /** For the next page; null at the beginning of the conversation. */
  readonly before: string | null;
}

/** Reads stored webhooks of every kind. */
export interface WebhookReader {
  /** The newest first. Reads no more than the caller iterates over. */
  newest(query: WebhookQuery): AsyncIterable<PlacedWebhook>;
  /** What is stored from now on, the oldest first. */
  follow(filter: FollowFilter, options: FollowOptions): AsyncIterable<readonly PlacedWebhook[]>;
  /** The conversations with a message that fits the filter, the latest first. */
  conversations(query: ConversationsQuery): Promise<readonly ConversationSummary[]>;
  conversation(key: ConversationKey, page: ConversationPageQuery): Promise<ConversationMessages>;
  /** Webhooks about a SID, the newest first, at most `limit`. A message's statuses are about the message. */
  bySubject(subject: string, query: WebhookQuery & { readonly limit: number }): Promise<readonly PlacedWebhook[]>;
}
