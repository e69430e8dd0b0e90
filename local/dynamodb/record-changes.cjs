// Table streams, which dynalite does not have. An item and its record are one atomic write, so that the stream is as
// durable as the table.
'use strict';
const { isDeepStrictEqual } = require('node:util');

const digits = 21;
const recordPrefix = (table) => `stream-${table}~`;
const lastNumberKey = (table) => `stream-last~${table}`;

/**
 * @param store of dynalite
 * @param onAppended called with the table's name after a record was written
 */
const createChangeStreams = (store, onAppended) => {
  const lastNumbers = new Map();
  const originals = new Map();
  let last = Promise.resolve();

  /** One after another: a reader that saw a later record first would never see the earlier one. */
  const append = (table, item, record) => {
    const written = last.then(() => write(table, item, record));
    last = written.catch(() => undefined);
    return written;
  };

  const write = async (table, item, record) => {
    const number = lastNumbers.get(table) + 1;
    lastNumbers.set(table, number);
    await store.db.batch([
      item,
      { type: 'put', key: recordPrefix(table) + String(number).padStart(digits, '0'), value: record },
      { type: 'put', key: lastNumberKey(table), value: number },
    ]);
    onAppended(table);
  };

  const read = async (key) => {
    try {
      return await store.db.get(key);
    } catch (error) {
      if (error.code === 'LEVEL_NOT_FOUND' || error.name === 'NotFoundError') return undefined;
      throw error;
    }
  };

  /** Records every change of the table from now on. dynalite holds the item's lock while it calls `put` or `del`. */
  const enable = async (table) => {
    lastNumbers.set(table, (await read(lastNumberKey(table))) ?? 0);
    const items = store.getItemDb(table);
    originals.set(table, { put: items.put, del: items.del });
    const prefix = `item-${table}~`;
    const change = async (key, newImage) => {
      const oldImage = await read(prefix + key);
      const item = newImage ? { type: 'put', key: prefix + key, value: newImage } : { type: 'del', key: prefix + key };
      // Like DynamoDB: a write that does not change the item has no record.
      if (isDeepStrictEqual(plain(oldImage), plain(newImage))) return store.db.batch([item]);
      const eventName = oldImage === undefined ? 'INSERT' : newImage === undefined ? 'REMOVE' : 'MODIFY';
      await append(table, item, { eventName, oldImage, newImage, atSeconds: Math.floor(Date.now() / 1000) });
    };
    items.put = (key, value, done) => void change(key, value).then(() => done(null), done);
    items.del = (key, done) => void change(key, undefined).then(() => done(null), done);
  };

  /** Records nothing any more, and deletes what was recorded. */
  const disable = async (table) => {
    const original = originals.get(table);
    originals.delete(table);
    if (original !== undefined) Object.assign(store.getItemDb(table), original);
    await store.db.clear({ gt: recordPrefix(table), lt: `${recordPrefix(table)}:` });
  };

  const records = async (table, after, limit) => {
    const found = [];
    const prefix = recordPrefix(table);
    const range = { gt: prefix + after.padStart(digits, '0'), lt: `${prefix}:`, limit };
    for await (const [key, value] of store.db.iterator(range)) {
      found.push({ sequenceNumber: key.slice(prefix.length), ...value });
    }
    return found;
  };

  const trim = async (table, upTo) => {
    const prefix = recordPrefix(table);
    await store.db.clear({ gt: prefix, lte: prefix + upTo.padStart(digits, '0') });
  };

  return { enable, disable, records, trim };
};

/** A copy with ordinary prototypes: some of dynalite's objects have none. */
const plain = (image) => (image === undefined ? undefined : JSON.parse(JSON.stringify(image)));

module.exports = { createChangeStreams };
