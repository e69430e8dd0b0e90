import type { ErasableTable } from '../clients/dynamodb/erasable-table';
import { findItems, itemKinds, messageSidOf, type FoundItem, type FoundItems, type ItemKind } from './find-items';
import type { NumberMatcher } from './number-matcher';

export interface MessageName {
  readonly accountSid: string;
  readonly messageSid: string;
}

export interface EraseItemsOptions {
  readonly table: ErasableTable;
  readonly matches: NumberMatcher;
  /** Called for messages before they are deleted. @returns those that must stay, so that the command can run again */
  readonly beforeDelete: (messages: readonly MessageName[]) => Promise<readonly MessageName[]>;
  readonly onRead: (items: number) => void;
}

export type ItemCounts = Readonly<Record<ItemKind, number>>;

export interface ErasedItems {
  readonly counts: ItemCounts;
  /** How many of these do not have the number themselves. */
  readonly related: number;
  /** What the last scan of the table has found: 0, unless messages had to stay or new ones arrive all the time. */
  readonly left: number;
}

/** New webhooks can arrive between two scans. */
const maxRounds = 3;

export const countItems = (items: readonly FoundItem[]): ItemCounts =>
  // fromEntries widens the keys to string; they are the itemKinds.
  Object.fromEntries(itemKinds.map((kind) => [kind, items.filter((item) => item.kind === kind).length])) as ItemCounts;

/** The messages of items, each once. */
const messagesOf = (items: readonly FoundItem[]): readonly MessageName[] => {
  const messages = new Map<string, MessageName>();
  for (const { pk, accountSid } of items) {
    const messageSid = messageSidOf(pk);
    if (messageSid !== undefined) messages.set(pk, { accountSid, messageSid });
  }
  return [...messages.values()];
};

const nameText = ({ accountSid, messageSid }: MessageName): string => `${accountSid} ${messageSid}`;

/**
 * Deletes everything about a number, and reads the table again until nothing is left. Items that are only related go
 * first: after an interruption, the items with the number still lead to them.
 */
export const eraseItems = async (options: EraseItemsOptions): Promise<ErasedItems> => {
  const { table, matches, onRead, beforeDelete } = options;
  const deleted: FoundItem[] = [];
  const kept = new Set<string>();
  let related = 0;
  for (let round = 1; ; round += 1) {
    const found: FoundItems = await findItems(table, matches, onRead);
    const names = messagesOf([...found.direct, ...found.related]).filter((name) => !kept.has(nameText(name)));
    if (round <= maxRounds) for (const name of await beforeDelete(names)) kept.add(nameText(name));
    const mayGo = ({ pk, accountSid }: FoundItem): boolean =>
      !kept.has(nameText({ accountSid, messageSid: messageSidOf(pk) ?? '' }));
    const [relatedItems, direct] = [found.related.filter(mayGo), found.direct.filter(mayGo)];
    if (relatedItems.length + direct.length === 0 || round > maxRounds) {
      return { counts: countItems(deleted), related, left: found.direct.length + found.related.length };
    }
    await table.markErased(messagesOf([...relatedItems, ...direct]));
    await table.delete(relatedItems);
    await table.delete(direct);
    related += relatedItems.length;
    for (const item of [...relatedItems, ...direct]) deleted.push(item);
  }
};
