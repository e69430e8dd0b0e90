// New indexes of a table that exists, which dynalite's UpdateTable does not support.
'use strict';
const { promisify } = require('node:util');
// The one that waits until the entries are written.
const { updateIndexes } = require('dynalite/db');

/**
 * Adds global secondary indexes and fills them with the table's items. Does nothing to indexes that are there.
 * @param store of dynalite
 * @param definitions the attribute definitions of the new table
 */
const addIndexes = async (store, tableName, indexes, definitions) => {
  const table = await promisify(store.tableDb.get).call(store.tableDb, tableName);
  const known = table.GlobalSecondaryIndexes ?? [];
  const added = indexes
    .filter(({ IndexName }) => !known.some((index) => index.IndexName === IndexName))
    .map((index) => ({
      ...index,
      IndexArn: `${table.TableArn}/index/${index.IndexName}`,
      IndexSizeBytes: 0,
      ItemCount: 0,
      IndexStatus: 'ACTIVE',
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    }));
  if (added.length === 0) return;
  const changed = { ...table, AttributeDefinitions: definitions, GlobalSecondaryIndexes: [...known, ...added] };
  const prefix = `item-${tableName}~`;
  for await (const [, item] of store.db.iterator({ gt: prefix, lt: `item-${tableName}\x7f` })) {
    await promisify(updateIndexes)(store, { ...changed, GlobalSecondaryIndexes: added }, null, item);
  }
  await promisify(store.tableDb.put).call(store.tableDb, tableName, changed);
};

module.exports = { addIndexes };
