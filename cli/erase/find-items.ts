import { formAttributes } from '../../lambda/shared/attributes/event-attributes';
import { eventSortKey, messageSortKey, statusSortKeyPrefix } from '../../lambda/shared/contract/table';
import type { WebhookParams } from '../../lambda/shared/events/gateway-event';
import { textAt } from '../../lambda/shared/events/item-image';
import type { ErasableItem, ErasableTable, ItemKey } from '../clients/dynamodb/erasable-table';
import { paramsOf } from '../clients/dynamodb/stored-item';
import { itemHas, type NumberMatcher } from './number-matcher';

export const itemKinds = ['messages', 'statuses', 'events', 'optOuts', 'other'] as const;
export type ItemKind = (typeof itemKinds)[number];

export interface FoundItem extends ItemKey {
  readonly kind: ItemKind;
  readonly accountSid: string;
}

export interface FoundItems {
  /** Items that have the number. */
  readonly direct: readonly FoundItem[];
  /** The rest of their messages, and items about the same call, verification or message. */
  readonly related: readonly FoundItem[];
  /** How many incoming messages were sent to this number. If there are any, it is a number of your own. */
  readonly ownMessages: number;
}

/** Things that belong to one person. A conversation, a task or a conference may have other people. */
const personalSubject = /^(?:CA|VE|SM|MM)[0-9a-fA-F]{32}$/;

/** Markers and rows of the circuit breaker: they have no number, and must outlive what they are about. */
const isKept = (pk: string): boolean => /^AC[0-9a-fA-F]{32}#(?:TEXT#|BREAKER$)/.test(pk);

const keyOf = (item: ErasableItem): ItemKey => ({ pk: textAt(item, 'pk') ?? '', sk: textAt(item, 'sk') ?? '' });

const kindOf = ({ pk, sk }: ItemKey): ItemKind => {
  if (pk.endsWith('#OPT-OUTS')) return 'optOuts';
  if (sk === messageSortKey) return 'messages';
  if (sk.startsWith(statusSortKeyPrefix)) return 'statuses';
  return sk === eventSortKey || sk.startsWith(`${eventSortKey}#`) ? 'events' : 'other';
};

const foundItem = (key: ItemKey): FoundItem => ({
  ...key,
  kind: kindOf(key),
  accountSid: key.pk.split('#', 1).join(''),
});

/** The message of a partition; undefined if it is not a message's. */
export const messageSidOf = (pk: string): string | undefined => /#MESSAGE#(.*)$/.exec(pk)?.[1];

/** The account and the SID that an item is about; undefined if the SID may concern several people. */
const subjectOf = (item: ErasableItem, { pk }: ItemKey): string | undefined => {
  const subject =
    messageSidOf(pk) ??
    textAt(item, 'subject') ??
    // Items of earlier versions have no `subject`. Their parameters are strings and lists of strings.
    formAttributes((paramsOf(item) ?? {}) as WebhookParams).subject;
  return subject !== undefined && personalSubject.test(subject) ? `${pk.split('#', 1).join('')} ${subject}` : undefined;
};

const isOwnMessage = (item: ErasableItem, matches: NumberMatcher): boolean =>
  textAt(item, 'direction') === 'inbound' && matches(textAt(item, 'to') ?? '');

/**
 * Finds the items about a number. Keeps only keys in memory. The table is read twice if anything has the number: a
 * related item may come before the item with the number.
 * @param onItems gets the number of items read so far, after each page
 */
export const findItems = async (
  table: Pick<ErasableTable, 'scan'>,
  matches: NumberMatcher,
  onItems: (read: number) => void,
): Promise<FoundItems> => {
  const direct: FoundItem[] = [];
  const subjects = new Set<string>();
  let ownMessages = 0;
  let read = 0;
  for await (const page of table.scan()) {
    for (const item of page) {
      const key = keyOf(item);
      if (isKept(key.pk) || !itemHas(item, matches)) continue;
      direct.push(foundItem(key));
      const subject = subjectOf(item, key);
      if (subject !== undefined) subjects.add(subject);
      if (isOwnMessage(item, matches)) ownMessages += 1;
    }
    onItems((read += page.length));
  }
  const related = subjects.size === 0 ? [] : await findRelated(table, matches, subjects, onItems);
  return { direct, related, ownMessages };
};

const findRelated = async (
  table: Pick<ErasableTable, 'scan'>,
  matches: NumberMatcher,
  subjects: ReadonlySet<string>,
  onItems: (read: number) => void,
): Promise<readonly FoundItem[]> => {
  const related: FoundItem[] = [];
  let read = 0;
  for await (const page of table.scan()) {
    for (const item of page) {
      const key = keyOf(item);
      const subject = isKept(key.pk) ? undefined : subjectOf(item, key);
      if (subject !== undefined && subjects.has(subject) && !itemHas(item, matches)) related.push(foundItem(key));
    }
    onItems((read += page.length));
  }
  return related;
};
