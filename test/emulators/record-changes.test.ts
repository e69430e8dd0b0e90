import { createRequire } from 'node:module';

type Change = (key: string, value: object, done: (error: unknown) => void) => void;

interface Store {
  readonly db: {
    readonly get: () => Promise<unknown>;
    readonly batch: (operations: readonly { readonly key: string }[]) => Promise<void>;
  };
  readonly getItemDb: () => { put?: Change };
}

const { createChangeStreams } = createRequire(__filename)('../../local/dynamodb/record-changes.cjs') as {
  readonly createChangeStreams: (
    store: Store,
    onAppended: () => void,
  ) => { readonly enable: (table: string) => Promise<void> };
};

test('a change is written when the one before is, so that a reader of the stream misses none', async () => {
  const items: { put?: Change } = {};
  const written: string[] = [];
  // The first write takes the longest, as when its thread has to wait.
  const delaysMs = [20, 0, 0];
  const db: Store['db'] = {
    get: () => Promise.resolve(undefined),
    batch: async (operations) => {
      await new Promise((resolve) => setTimeout(resolve, delaysMs.shift()));
      written.push(...operations.flatMap(({ key }) => (key.startsWith('stream-events~') ? [key.slice(-1)] : [])));
    },
  };
  await createChangeStreams({ db, getItemDb: () => items }, () => undefined).enable('events');
  const errors = await Promise.all(
    ['a', 'b', 'c'].map((key) => new Promise((resolve) => items.put?.(key, { sk: { S: key } }, resolve))),
  );
  expect(errors).toEqual([null, null, null]);
  expect(written).toEqual(['1', '2', '3']);
});
