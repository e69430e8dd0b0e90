import { indexUnits, itemBytes, storedBytes, tableUnits, type Item } from '../../../bench/cost/measure/item-size';
import { stage } from './stage-fixture';

const key: Item = { pk: { S: 'p' }, sk: { S: 's' } };
const [byAccountDay] = stage.indexes;
if (byAccountDay === undefined) throw new Error('The fixture has no index.');
const listed: Item = { ...key, accountDay: { S: 'd' }, accountDayTime: { S: 't' } };

describe('the size of an item', () => {
  test('is that of its names and values in UTF-8', () => {
    expect(itemBytes({ name: { S: 'é' } })).toBe(4 + 2);
    expect(itemBytes({ n: { N: '12345' } })).toBe(1 + 4);
    expect(itemBytes({ l: { L: [{ M: { a: { BOOL: true } } }] } })).toBe(1 + 3 + 1 + 3 + 2);
  });

  test('is an error for a type that is not known', () => {
    expect(() => itemBytes({ x: { SS: ['a'] } })).toThrow('type SS');
  });
});

describe('the write units', () => {
  const ofSize = (bytes: number): Item => ({ a: { S: 'x'.repeat(bytes - 1) } });

  test('are those of the larger item, before or after', () => {
    expect(tableUnits({ before: undefined, after: ofSize(1024) })).toBe(1);
    expect(tableUnits({ before: undefined, after: ofSize(1025) })).toBe(2);
    expect(tableUnits({ before: ofSize(3000), after: ofSize(10) })).toBe(3);
  });

  test('of an index are one for a new entry, none for the same, two for another, one for a deleted', () => {
    const moved: Item = { ...listed, accountDayTime: { S: 'later' } };
    expect(indexUnits({ before: undefined, after: listed }, byAccountDay)).toBe(1);
    expect(indexUnits({ before: listed, after: { ...listed, status: { S: 'sent' } } }, byAccountDay)).toBe(0);
    expect(indexUnits({ before: listed, after: moved }, byAccountDay)).toBe(2);
    expect(indexUnits({ before: listed, after: key }, byAccountDay)).toBe(1);
    expect(indexUnits({ before: undefined, after: key }, byAccountDay)).toBe(0);
  });

  test('leave what an update adds to the stored data, with 100 bytes for the item and for each entry', () => {
    const entryBytes = itemBytes(listed) + 100;
    expect(storedBytes({ before: undefined, after: listed }, stage.indexes)).toBe(2 * entryBytes);
    expect(storedBytes({ before: listed, after: { ...listed, a: { S: 'b' } } }, stage.indexes)).toBe(2);
  });
});
