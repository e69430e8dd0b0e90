import { parseForm } from '../../../lambda/shared/payload/form';
import type { AttributeParams } from '../../../lambda/shared/payload/message-params';
import { statusSortKeyPrefix } from '../../../lambda/shared/contract/table';
import type { WebhookQuery } from '../webhooks/webhook-reader';
import { paramsOf, textOf, type StoredItem, type StoredParams } from './stored-item';

/** A message as programs see it (`messages list --json`). Fields that are not stored are null. */
export interface MessageView {
  readonly sid: string;
  readonly accountSid: string | null;
  /** `inbound` or `outbound`. */
  readonly direction: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly body: string | null;
  readonly media: readonly MediaView[];
  readonly status: string | null;
  readonly errorCode: string | null;
  /** ISO 8601. */
  readonly receivedAt: string | null;
  /** ISO 8601: when the last change that was stored arrived. */
  readonly updatedAt: string | null;
  /** `STOP`, `START` or `HELP`, where Twilio has answered it. */
  readonly optOutType: string | null;
  /** Such as `text`, `button` or `location`. */
  readonly messageType: string | null;
  /** The query of the URL that received it, without `?`; null for an outgoing message. */
  readonly query: string | null;
  /** `fallback` or `backfill`; null if its webhook came to its own URL. */
  readonly via: string | null;
}

interface MediaView {
  readonly url: string | null;
  readonly contentType: string | null;
}

interface StatusView {
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly receivedAt: string | null;
  readonly query: string | null;
  readonly params: StoredParams | null;
}

/** `messages show --json`: the history is oldest first. */
export interface MessageDetails extends MessageView {
  readonly history: readonly StatusView[];
  readonly params: StoredParams | null;
}

/** Reads stored messages. */
export interface MessageReader {
  /** The newest first, at most `limit`. */
  list(query: MessageQuery): Promise<readonly MessageView[]>;
  /** One for each account that has a message with this SID: the SID alone is not a key. */
  find(messageSid: string, accountSids: readonly string[]): Promise<readonly MessageDetails[]>;
}

/** Kinds other than messages are never found. */
export interface MessageQuery extends WebhookQuery {
  readonly limit: number;
}

/** Adds the parameters that are stored as attributes only (lambda/shared/payload/message-params.ts). */
export const messageParamsOf = (item: StoredItem): StoredParams | null => {
  const others = paramsOf(item);
  if (others === null) return null;
  const own: AttributeParams<string | null> = {
    AccountSid: textOf(item, 'accountSid'),
    MessageSid: sidOf(item),
    From: textOf(item, 'from'),
    To: textOf(item, 'to'),
    Body: textOf(item, 'body'),
  };
  const sent = Object.entries(own).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(sent), ...others };
};

/** The partition key ends with the SID. */
const sidOf = (item: StoredItem): string => (textOf(item, 'pk') ?? '').replace(/^.*#/, '');

export const messageView = (item: StoredItem): MessageView => ({
  sid: sidOf(item),
  accountSid: textOf(item, 'accountSid'),
  direction: textOf(item, 'direction'),
  from: textOf(item, 'from'),
  to: textOf(item, 'to'),
  body: textOf(item, 'body'),
  media: (item['media']?.L ?? []).map(({ M = {} }) => ({
    url: textOf(M, 'url'),
    contentType: textOf(M, 'contentType'),
  })),
  status: textOf(item, 'status'),
  errorCode: textOf(item, 'errorCode'),
  receivedAt: textOf(item, 'receivedAt'),
  updatedAt: textOf(item, 'updatedAt'),
  optOutType: textOf(item, 'optOutType'),
  messageType: textOf(item, 'messageType'),
  query: textOf(item, 'query'),
  via: textOf(item, 'via'),
});

const statusView = (item: StoredItem): StatusView => ({
  status: textOf(item, 'status'),
  errorCode: textOf(item, 'errorCode'),
  receivedAt: textOf(item, 'receivedAt'),
  query: textOf(item, 'query'),
  params: paramsOf(item),
});

/** @param items everything in the message's partition @returns undefined if there is nothing */
export const messageDetails = (messageSid: string, items: readonly StoredItem[]): MessageDetails | undefined => {
  if (items.length === 0) return undefined;
  const isStatus = (item: StoredItem) => (textOf(item, 'sk') ?? '').startsWith(statusSortKeyPrefix);
  // After a crash between the two writes there is a history without a message until the redelivery: show it.
  const message = items.find((item) => !isStatus(item)) ?? {};
  // An account can sign a status callback for another account's SID: leave it out.
  const accountSid = textOf(message, 'accountSid');
  const isOwn = (item: StoredItem) =>
    [null, accountSid ?? textOf(item, 'accountSid')].includes(textOf(item, 'accountSid'));
  const history = items.filter((item) => isStatus(item) && isOwn(item)).map(statusView);
  return {
    ...messageView(message),
    sid: messageSid,
    history: history.sort((a, b) => (a.receivedAt ?? '').localeCompare(b.receivedAt ?? '', 'en')),
    params: messageParamsOf(message),
  };
};

/** The parameters of a status callback's query (`?order=17`), for a table. */
export const queryText = (query: string | null): string =>
  query === null
    ? ''
    : Object.entries(parseForm(query))
        .map(([name, value]) => `${name}=${[value].flat().join(',')}`)
        .join(' ');
