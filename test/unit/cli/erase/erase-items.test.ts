import type { ErasableItem, ItemKey } from '../../../../cli/clients/dynamodb/erasable-table';
import { eraseItems } from '../../../../cli/erase/erase-items';
import { createNumberMatcher } from '../../../../cli/erase/number-matcher';
import { eventKey } from '../../../../lambda/shared/contract/table';
import { accountSid } from '../fake-environment';

const number = '+15550100';
const callSid = `CA${'1'.repeat(32)}`;

const eventItem = (id: string, attributes: ErasableItem): ErasableItem => {
  const { pk, sk } = eventKey(accountSid, `EVENT#${id}`);
  return { pk: { S: pk }, sk: { S: sk }, subject: { S: callSid }, ...attributes };
};

test('what is only related is deleted first, so that an interrupted command finds it again', async () => {
  const call = eventItem('call', { from: { S: number } });
  const transcript = eventItem('transcript', { text: { S: 'hello' } });
  let stored = [call, transcript];
  const deletions: (readonly ItemKey[])[] = [];
  const table = {
    async *scan() {
      yield await Promise.resolve(stored);
    },
    markErased: () => Promise.resolve(),
    delete: (keys: readonly ItemKey[]) => {
      deletions.push(keys);
      stored = stored.filter(({ pk }) => !keys.some((key) => key.pk === pk?.S));
      return Promise.resolve();
    },
  };
  const matches = createNumberMatcher(number);
  const erased = await eraseItems({
    table,
    matches,
    beforeDelete: () => Promise.resolve([]),
    onRead: () => undefined,
  });
  expect(erased).toMatchObject({ related: 1, left: 0 });
  expect(deletions.map((keys) => keys.map(({ pk }) => pk))).toEqual([[transcript['pk']?.S], [call['pk']?.S]]);
});
