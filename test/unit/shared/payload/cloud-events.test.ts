import * as fc from 'fast-check';
import { jsonContentHash, readJsonBody, splitJsonArray } from '../../../../lambda/shared/payload/cloud-events';

const read = (json: string) => readJsonBody(Buffer.from(json));
const cloudEvent = (id: string, more = '') => `{"specversion":"1.0","id":"${id}","type":"t","source":"/s"${more}}`;

describe('a JSON body', () => {
  it('is one CloudEvent, or a batch of them, each with its own text', () => {
    const [a, b] = [cloudEvent('a', ',"data":{"n":1},"subject":"it"'), cloudEvent('b')];
    const first = { id: 'a', type: 't', source: '/s', subject: 'it', data: { n: 1 }, payload: a };
    expect(read(a)).toEqual({ kind: 'cloud_events', events: [first] });
    expect(read(`[ ${a} ,\n${b}]`)).toEqual({
      kind: 'cloud_events',
      events: [first, { id: 'b', type: 't', source: '/s', payload: b }],
    });
  });

  it('keeps the text of an event, which parsing would change: large numbers, repeated names, spaces, escapes', () => {
    const odd = cloudEvent('a', String.raw`, "n":12345678901234567890.0, "x":1, "x":"\u00e9\"]},{[\\" `);
    expect(read(`[${odd}]`)).toMatchObject({ events: [{ payload: odd }] });
    expect(read(odd)).toMatchObject({ events: [{ payload: odd }] });
  });

  it.each([
    ['an object of one’s own with an id', '{"id":"customer-17","step":2}'],
    ['an empty id', '{"specversion":"1.0","id":"","type":"t","source":"/s"}'],
    ['no specversion', '{"id":"a","type":"t","source":"/s"}'],
    ['an id that is a number', '{"specversion":"1.0","id":7,"type":"t","source":"/s"}'],
    ['attributes of a prototype', '{"__proto__":{"specversion":"1.0","id":"a","type":"t","source":"/s"}}'],
    ['a batch with something else in it', `[${cloudEvent('a')},{"choice":"1"}]`],
    ['objects without id', '[{"choice":"1"}]'],
    ['an empty array', '[]'],
    ['an empty object', '{}'],
  ])('is one event as a whole: %s', (_what, json) => {
    expect(read(json)).toEqual({ kind: 'json' });
    expect(({} as Record<string, unknown>)['specversion']).toBeUndefined();
  });

  it.each([
    ['no JSON', '{"id":', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a text', '"text"', 'json_without_fields'],
    ['a number', '7', 'json_without_fields'],
    ['null', 'null', 'json_without_fields'],
  ])('is unreadable: %s', (_what, json, reason) => {
    expect(read(json)).toEqual({ kind: 'unreadable', reason });
  });

  it('is unreadable if it is not UTF-8', () => {
    expect(readJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toEqual({
      kind: 'unreadable',
      reason: 'not_json',
    });
  });

  it('is split exactly where the parser splits it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
        const elements = splitJsonArray(JSON.stringify(values, undefined, space));
        expect(elements.map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('does not overflow the stack however deep it nests', () => {
    const deep = `[${cloudEvent('a', `,"d":${'['.repeat(50_000)}${']'.repeat(50_000)}`)}]`;
    expect(read(deep)).toMatchObject({ kind: 'cloud_events' });
  });
});

describe('the content hash of JSON', () => {
  it('ignores the white space between tokens, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, 4, '\t', ' \t'), (value, space) => {
        expect(jsonContentHash(JSON.stringify(value, undefined, space))).toBe(jsonContentHash(JSON.stringify(value)));
      }),
    );
    const different = [
      '{"a":"1 2"}',
      '{"a":"12"}',
      '{"a":12}',
      '{"a":12345678901234567890}',
      '{"a":12345678901234567891}',
      String.raw`{"a":"\" 1"}`,
      String.raw`{"a":"\"1"}`,
    ];
    expect(new Set(different.map(jsonContentHash)).size).toBe(different.length);
  });
});
