import type { WebhookView } from '../webhook-view';
import { webhookView } from '../webhooks/webhook-item';
import { messageParamsOf } from './message-view';
import { paramsOf, textOf, type StoredItem, type StoredParams } from './stored-item';

/** `events show --json`. */
export interface EventDetails extends Pick<
  WebhookView,
  'id' | 'kind' | 'type' | 'accountSid' | 'subject' | 'receivedAt' | 'recognized' | 'reason' | 'via'
> {
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

/** Reads single webhooks with everything that is stored of them. */
export interface EventReader {
  /**
   * Every webhook with this id: other accounts and senders may use the same id.
   * @param id of any kind, as a `WebhookView` has it
   */
  find(id: string, accountSids: readonly string[]): Promise<readonly EventDetails[]>;
}

/** A message has some parameters as attributes only. */
const allParamsOf = (item: StoredItem, { kind }: WebhookView): StoredParams | null =>
  kind === 'message' ? messageParamsOf(item) : paramsOf(item);

/** Where a message or status was received, which is not stored because only one route takes them. */
const routeOf = (item: StoredItem, { kind, direction }: WebhookView): string | null => {
  if (kind === 'message') return direction === 'inbound' ? 'messages' : null;
  return kind === 'status' ? 'status' : textOf(item, 'route');
};

export const eventDetails = (item: StoredItem): EventDetails => {
  const webhook = webhookView(item);
  const { id, kind, type, accountSid, subject, receivedAt, recognized, reason, via } = webhook;
  return {
    id,
    kind,
    type,
    accountSid,
    subject,
    receivedAt,
    recognized,
    reason,
    via,
    source: textOf(item, 'source'),
    route: routeOf(item, webhook),
    query: textOf(item, 'query'),
    params: allParamsOf(item, webhook),
    payload: textOf(item, 'payload'),
    payloadBase64: textOf(item, 'payloadBase64'),
  };
};
