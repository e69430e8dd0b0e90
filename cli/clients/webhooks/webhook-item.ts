import {
  eventSortKey,
  messageSortKey,
  otherContentSortKeyPrefix,
  statusSortKeyPrefix,
} from '../../../lambda/shared/contract/table';
import { textOf, type StoredItem } from '../dynamodb/stored-item';
import type { WebhookKind, WebhookView } from '../webhook-view';

/** The attributes that a `WebhookView` is made of. Not `params`, which repeats the whole webhook. */
export const viewAttributes: readonly string[] = [
  'accountSid',
  'eventId',
  'kind',
  'type',
  'subject',
  'receivedAt',
  'reason',
  'direction',
  'from',
  'to',
  'body',
  'buttonText',
  'numMedia',
  'status',
  'errorCode',
  'messageType',
  'optOutType',
  'via',
];

const eventKinds: readonly string[] = ['usage', 'event', 'unrecognized'] satisfies WebhookKind[];

/** Which kinds an item with this sort key may have: none if it is not a webhook. */
export const kindsOfSortKey = (sk: string): readonly string[] => {
  if (sk === messageSortKey) return ['message'];
  if (sk.startsWith(statusSortKeyPrefix)) return ['status'];
  return sk === eventSortKey || sk.startsWith(otherContentSortKeyPrefix) ? eventKinds : [];
};

const kindOf = (item: StoredItem): WebhookKind => {
  const kinds = kindsOfSortKey(textOf(item, 'sk') ?? '');
  if (kinds.includes('message')) return 'message';
  if (kinds.includes('status')) return 'status';
  const kind = textOf(item, 'kind');
  return kind === 'usage' || kind === 'unrecognized' ? kind : 'event';
};

/** The partition key of a message ends with its SID. */
const messageSidOf = (item: StoredItem): string => (textOf(item, 'pk') ?? '').replace(/^.*#/, '');

/** The id of a status: `SM…#delivered#-`. */
const statusIdOf = (item: StoredItem): string =>
  `${messageSidOf(item)}#${(textOf(item, 'sk') ?? '').slice(statusSortKeyPrefix.length)}`;

const identityOf = (kind: WebhookKind, item: StoredItem): Pick<WebhookView, 'id' | 'type' | 'subject'> => {
  const type = `message.${textOf(item, 'status') ?? 'unknown'}`;
  if (kind === 'message') return { id: messageSidOf(item), type, subject: messageSidOf(item) };
  if (kind === 'status') return { id: statusIdOf(item), type, subject: messageSidOf(item) };
  return { id: textOf(item, 'eventId') ?? '', type: textOf(item, 'type'), subject: textOf(item, 'subject') };
};

/** @param item with the keys of the table and `viewAttributes` */
export const webhookView = (item: StoredItem): WebhookView => {
  const kind = kindOf(item);
  return {
    ...identityOf(kind, item),
    kind,
    accountSid: textOf(item, 'accountSid'),
    receivedAt: textOf(item, 'receivedAt'),
    recognized: kind !== 'unrecognized',
    direction: kind === 'status' ? 'outbound' : textOf(item, 'direction'),
    from: textOf(item, 'from'),
    to: textOf(item, 'to'),
    body: textOf(item, 'body') ?? textOf(item, 'buttonText'),
    numMedia: Number(textOf(item, 'numMedia') ?? 0),
    status: textOf(item, 'status'),
    errorCode: textOf(item, 'errorCode'),
    messageType: textOf(item, 'messageType'),
    optOutType: textOf(item, 'optOutType'),
    reason: textOf(item, 'reason'),
    via: textOf(item, 'via'),
  };
};
