import { optOutPartition } from '../../lambda/shared/contract/table';
import { textOf, type StoredItem } from '../clients/dynamodb/stored-item';
import type { TableReader } from '../clients/dynamodb/table-reader';
import type { OptOutReader, OptOutView } from './opt-outs';

/** At the beginning of the sort key. An own address may be hashed there, so it is read from `from` or `to` instead. */
const messagingService = /^MG[0-9a-fA-F]{32}(?=#)/;

const view = (item: StoredItem): OptOutView => {
  const [from, to, source] = [textOf(item, 'from'), textOf(item, 'to'), textOf(item, 'source')];
  const [person, ownAddress] = source === 'OptOutType' ? [from, to] : [to, from];
  const [serviceSid] = messagingService.exec(textOf(item, 'sk') ?? '') ?? [];
  return {
    accountSid: textOf(item, 'accountSid'),
    state: textOf(item, 'state'),
    person,
    own: serviceSid ?? ownAddress,
    source,
    changedAt: textOf(item, 'changedAt'),
    messageSid: textOf(item, 'messageSid'),
    from,
    to,
  };
};

const latestFirst = (a: OptOutView, b: OptOutView): number => {
  const [one, other] = [a.changedAt ?? '', b.changedAt ?? ''];
  return one < other ? 1 : one > other ? -1 : 0;
};

export const createDynamoDbOptOutReader = (table: TableReader): OptOutReader => ({
  list: async (accountSids) => {
    const partitions = [...new Set(accountSids)].map(optOutPartition);
    const items = await Promise.all(partitions.map((partition) => table.partition(partition)));
    return items.flat().map(view).sort(latestFirst);
  },
});
