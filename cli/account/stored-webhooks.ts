import { restoredAttribute } from '../../lambda/shared/contract/table';
import type { TableReader } from '../clients/dynamodb/table-reader';
import { textOf } from '../clients/dynamodb/stored-item';
import type { Figures } from './figures';

const attributes = ['direction', 'requestId', 'via', restoredAttribute];

/**
 * Counts the webhooks in the table. Each has one row in the index, except: an outgoing message is a second row of its
 * first status, and the events of a batch are several rows of one request.
 */
export const countStored = async (
  table: Pick<TableReader, 'newest'>,
  range: { readonly accountSids: readonly string[]; readonly since: Date; readonly until: Date },
): Promise<Figures['table']> => {
  const requests = new Set<string>();
  let backfilled = 0;
  const selection = { hasKey: () => true, attributes, expected: Infinity };
  for await (const { item } of table.newest(range, selection)) {
    // Another gateway has received it.
    if (textOf(item, restoredAttribute) !== null) continue;
    const sk = textOf(item, 'sk') ?? '';
    if (sk === 'MESSAGE' && textOf(item, 'direction') !== 'inbound') continue;
    const key = `${textOf(item, 'pk') ?? ''} ${sk}`;
    requests.add(sk.startsWith('EVENT') ? (textOf(item, 'requestId') ?? key) : key);
    if (textOf(item, 'via') === 'backfill') backfilled += 1;
  }
  return { stored: requests.size, backfilled };
};
