import { createRequire } from 'node:module';

type Callback = (error: unknown, value?: unknown) => void;
interface Table {
  readonly TableStatus: string;
}

const { leanStore } = createRequire(__filename)('../../../../local/dynamodb/lean-store.cjs') as {
  readonly leanStore: (store: unknown, dynaliteDb: object) => void;
};

/** A store of dynalite whose writes end when the test lets them. */
const fakeStore = (table: Table) => {
  const stored = { table };
  let reads = 0;
  const writes: (() => void)[] = [];
  const operations: Promise<unknown>[] = [];
  const store = {
    db: {
      supports: {},
      batch: () => new Promise<void>((resolve) => writes.push(resolve)),
      put: (key: string, value: object, done: Callback): void => done([key, value]),
      del: (key: string, done: Callback): void => done(key),
    },
    lifecycleManager: { trackOperation: (operation: Promise<unknown>) => operations.push(operation) },
    getTable: (_name: string, _checkStatus: boolean, done: Callback): void => {
      reads += 1;
      done(null, stored.table);
    },
  };
  leanStore(store, {});
  return {
    stored,
    writes,
    operations,
    put: (key: string) => new Promise<unknown>((resolve) => store.db.put(key, {}, resolve)),
    del: (key: string) => new Promise<unknown>((resolve) => store.db.del(key, resolve)),
    readTable: () => new Promise((resolve) => store.getTable('Items', false, (_error, found) => resolve(found))),
    readCount: () => reads,
  };
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const active = { TableStatus: 'ACTIVE' };
const changed = { TableStatus: 'ACTIVE', BillingMode: 'PROVISIONED' };

test('the definition of a table is read once', async () => {
  const { readTable, readCount } = fakeStore(active);
  expect([await readTable(), await readTable()]).toEqual([active, active]);
  expect(readCount()).toBe(1);
});

test.each(['CREATING', 'UPDATING', 'DELETING'])('a table that is %s is read each time', async (TableStatus) => {
  const { readTable, stored } = fakeStore({ TableStatus });
  await readTable();
  stored.table = active;
  expect(await readTable()).toEqual(active);
});

describe.each(['put', 'del'] as const)('%s of the definition of a table', (change) => {
  test('makes the store read it again, before and after the change is written', async () => {
    const { readTable, readCount, stored, writes, ...store } = fakeStore(active);
    await readTable();
    const written = store[change]('table~Items');
    // The old one, as the change is not written yet.
    expect(await readTable()).toEqual(active);
    expect(readCount()).toBe(2);
    await nextTurn();
    stored.table = changed;
    writes[0]?.();
    await written;
    expect(await readTable()).toEqual(changed);
  });

  test('makes the store keep the others', async () => {
    const { readTable, readCount, writes, ...store } = fakeStore(active);
    await readTable();
    const written = [store[change]('table~Others'), store[change]('item~Items')];
    await nextTurn();
    writes[0]?.();
    await Promise.all(written);
    await readTable();
    expect(readCount()).toBe(1);
  });
});

test('the store knows of a write until it has ended, so that it does not close before', async () => {
  const { put, writes, operations } = fakeStore(active);
  const written = [put('one'), put('two')];
  expect(operations).toHaveLength(1);
  let isEnded = false;
  void operations[0]?.then(() => (isEnded = true));
  await nextTurn();
  await nextTurn();
  expect(writes).toHaveLength(1);
  expect(isEnded).toBe(false);
  writes[0]?.();
  expect(await Promise.all(written)).toEqual([null, null]);
  expect(isEnded).toBe(true);
});
