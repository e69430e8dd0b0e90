// dynalite reads the table's definition for every request, hands each read to another thread, and writes an item and
// each of its index entries one after another. All of that is most of what a write costs.
'use strict';

/**
 * Makes the store of dynalite remember the definitions of tables, read at once, and write together what was asked for
 * in the same turn of the event loop: an item and its index entries are one atomic write.
 * @param store of dynalite
 * @param dynaliteDb its module `db`
 */
const leanStore = (store, dynaliteDb) => {
  const { db } = store;
  const tables = rememberTables(store);
  readAtOnce(db);
  writeTogether(store, tables);
  dynaliteDb.updateIndexes = indexWriter(dynaliteDb);
};

/** @returns the tables by name */
const rememberTables = (store) => {
  const { getTable } = store;
  const tables = new Map();
  store.getTable = (name, checkStatus, callback) => {
    // Both of dynalite's forms: with the flag and without it.
    const done = typeof checkStatus === 'function' ? checkStatus : callback;
    const known = tables.get(name);
    if (known !== undefined) {
      done(null, known);
      return;
    }
    getTable(name, checkStatus, (error, table) => {
      if (!error && table.TableStatus === 'ACTIVE') tables.set(name, table);
      done(error, table);
    });
  };
  return tables;
};

/** This thread has nothing else to do meanwhile. What was written last is in memory. */
const readAtOnce = (db) => {
  const { get } = db;
  if (db.supports.getSync !== true) return;
  db.get = (key, callback) => {
    // The files are opened at the first call.
    if (db.status !== 'open' || typeof callback !== 'function') return get(key, callback);
    let value;
    try {
      value = db.getSync(key);
    } catch (error) {
      callback(error);
      return undefined;
    }
    callback(null, value);
    return undefined;
  };
};

const writeTogether = ({ db, lifecycleManager }, tables) => {
  const { batch } = db;
  let group;
  const commit = async ({ operations, callbacks }) => {
    let failure = null;
    try {
      await batch(operations);
    } catch (error) {
      failure = error;
    }
    // A table that was read before its change was written.
    forgetTables(operations, tables);
    // An error of a callback ends the thread, which could store nothing any more.
    for (const callback of callbacks) process.nextTick(callback, failure);
  };
  const write = (operation, callback) => {
    if (group === undefined) {
      const started = { operations: [], callbacks: [] };
      group = started;
      const committed = new Promise((resolve) => {
        setImmediate(() => {
          group = undefined;
          resolve(commit(started));
        });
      });
      // So that the files are not closed before.
      lifecycleManager.trackOperation(committed);
    }
    forgetTables([operation], tables);
    group.operations.push(operation);
    group.callbacks.push(callback);
  };
  db.put = (key, value, callback) => settled((done) => write({ type: 'put', key, value }, done), callback);
  db.del = (key, callback) => settled((done) => write({ type: 'del', key }, done), callback);
};

/** Both of dynalite's forms: with a callback, and with a promise. */
const settled = (start, callback) => {
  if (typeof callback === 'function') {
    start(callback);
    return undefined;
  }
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
};

const tablePrefix = 'table~';

const forgetTables = (operations, tables) => {
  for (const { key } of operations) {
    if (key.startsWith(tablePrefix)) tables.delete(key.slice(tablePrefix.length));
  }
};

/** In place of dynalite's: does not wait for the index entries, because the item is written together with them. */
const indexWriter =
  ({ getIndexActions }) =>
  (store, table, existingItem, item, callback) => {
    for (const type of ['Local', 'Global']) {
      const indexes = table[`${type}SecondaryIndexes`] ?? [];
      const { puts, deletes } = getIndexActions(indexes, existingItem, item, table);
      const entriesOf = (index) => store.getIndexDb(type, table.TableName, index);
      for (const { index, key } of deletes) entriesOf(index).del(key, failTogether);
      for (const { index, key, item: entry } of puts) entriesOf(index).put(key, entry, failTogether);
    }
    callback();
  };

const failTogether = (error) => {
  if (error) throw error;
};

module.exports = { leanStore };
