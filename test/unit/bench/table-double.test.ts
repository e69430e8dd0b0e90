import { createTableDouble } from '../../../bench/cost/measure/table-double';

const Key = { pk: { S: 'p' }, sk: { S: 's' } };
const update = (UpdateExpression: string, values: Readonly<Record<string, string>> = {}) => ({
  TableName: 'events',
  Key,
  UpdateExpression,
  ExpressionAttributeValues: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`:${name}`, { S: value }]),
  ),
  ReturnValues: 'ALL_OLD',
});

test('keeps what an update sets, sets if it is absent, and removes', () => {
  const table = createTableDouble();
  table.write(update('SET #a = :a, #b = if_not_exists(#b, :b)', { a: '1', b: '1' }));
  const answer = table.write(update('SET #a = :a, #b = if_not_exists(#b, :b) REMOVE #c, #a', { a: '2', b: '2' }));
  expect(answer).toEqual({ Attributes: { ...Key, a: { S: '1' }, b: { S: '1' } } });
  expect(table.takeWrites().at(-1)?.after).toEqual({ ...Key, b: { S: '1' } });
  expect(table.takeWrites()).toEqual([]);
});

test('answers a new item without attributes, and keeps tables apart', () => {
  const table = createTableDouble();
  expect(table.write({ TableName: 'one', Item: { ...Key, a: { S: '1' } }, ReturnValues: 'ALL_OLD' })).toEqual({});
  expect(table.write({ TableName: 'two', Item: { ...Key, a: { S: '1' } }, ReturnValues: 'ALL_OLD' })).toEqual({});
});

test('refuses an expression that it would misread, and a value that is missing', () => {
  const table = createTableDouble();
  expect(() => table.write(update('SET #a = #a + :a', { a: '1' }))).toThrow('cannot read');
  expect(() => table.write(update('SET #a = :a'))).toThrow('no value for a');
});

test('reads an item until it is removed, and a removal is a write of its size', () => {
  const table = createTableDouble();
  const item = { ...Key, a: { S: 'x'.repeat(2_000) } };
  table.write({ TableName: 'one', Item: item });
  expect(table.read('one', Key)).toEqual(item);
  expect(table.read('two', Key)).toBeUndefined();
  table.remove('one', Key);
  expect(table.read('one', Key)).toBeUndefined();
  expect(table.takeWrites().at(-1)?.before).toEqual(item);
});
