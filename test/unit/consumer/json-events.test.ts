import * as fc from 'fast-check';
import { readCloudEvents, splitJsonArray } from '../../../lambda/consumer/json-events';

describe('the events of a JSON webhook', () => {
  it('come one by one out of an array, each under its own id', () => {
    const json = '[ {"id":"a","type":"t","source":"/s","data":{"n":1}} ,\n{"id":"b","type":7}]';
    expect(readCloudEvents(json)).toEqual([
      { id: 'a', type: 't', source: '/s', payload: '{"id":"a","type":"t","source":"/s","data":{"n":1}}' },
      { id: 'b', payload: '{"id":"b","type":7}' },
    ]);
  });

  it('keep what parsing would lose: large numbers, repeated names, spaces, escapes', () => {
    const event = String.raw`{ "id":"a", "n":12345678901234567890.0, "x":1, "x":"\u00e9\"]},{[\\" }`;
    expect(readCloudEvents(`[${event}]`)).toEqual([{ id: 'a', payload: event }]);
    expect(readCloudEvents(event)).toEqual([{ id: 'a', payload: event }]);
  });

  it('are no CloudEvents where an object has no id or an array is empty', () => {
    for (const json of ['{"a":1}', '{"id":7}', '{"__proto__":{"id":"x"}}', '[]', '"text"', '7', 'null']) {
      expect(readCloudEvents(json)).toBeUndefined();
    }
    expect(({} as Record<string, unknown>)['id']).toBeUndefined();
  });

  it.each([
    ['no JSON', '{"id":'],
    ['an element that is no object', '[7]'],
    ['an element without id', '[{"id":"a"},{}]'],
    ['an empty id', '[{"id":""}]'],
    ['an empty id of a lone event', '{"id":""}'],
    ['an id too long for a key', `[{"id":"${'x'.repeat(513)}"}]`],
  ])('rejects %s without quoting it', (_what, json) => {
    const read = () => readCloudEvents(json);
    expect(read).toThrow(
      expect.objectContaining({ name: 'PoisonEnvelopeError', code: 'invalid_field' }) as Error,
    );
    expect(read).not.toThrow(/xxx|"a"/);
  });

  it('are split exactly where the parser splits them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1 }),
        fc.constantFrom(undefined, 1, '\t'),
        (values, space) => {
          const elements = splitJsonArray(JSON.stringify(values, undefined, space));
          expect(elements.map((element) => JSON.parse(element) as unknown)).toEqual(
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
    );
  });

  it('do not overflow the stack however deep they nest', () => {
    const deep = `[{"id":"a","d":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`;
    expect(readCloudEvents(deep)).toHaveLength(1);
  });
});
