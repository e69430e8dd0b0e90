import { encodeForm } from '../../helpers/webhooks';
import type { PlannedRequest } from './plan';
import type { Random } from './random';
import { formType } from './traffic';

type Pair = readonly [name: string, value: string];

/** The signed text of the genuine request, split into parameters in another way. */
interface Reading {
  readonly query: string;
  readonly pairs: readonly Pair[];
}

const tries = 50;

/**
 * Turns a genuine request into another with the same signature. Twilio signs names and values without separators, so
 * anyone who has captured a request can move the boundaries between them.
 */
export const cut = (random: Random, id: string, genuine: PlannedRequest): PlannedRequest => {
  const { query, form } = genuine.signed;
  const original: Reading = { query, pairs: Object.entries(form).sort(byName) };
  for (let left = tries; left > 0; left -= 1) {
    const reading = moved(random, original);
    if (isValid(reading, original)) return requestOf(id, genuine, reading);
  }
  throw new Error(`no other reading of ${genuine.id} was found in ${tries} tries`);
};

const byName = ([one]: Pair, [other]: Pair): number => (one < other ? -1 : 1);

const moved = (random: Random, { query, pairs }: Reading): Reading => {
  // A JSON body is signed by its hash in the query: only the query itself can move.
  if (pairs.length === 0 || (query !== '' && random.chance(0.5))) {
    const at = random.int(query.length);
    const [kept, tail] = [query.slice(0, at), `${at === 0 ? '?' : ''}${query.slice(at)}`];
    return { query: kept, pairs: [[tail, ''], ...pairs] };
  }
  const at = random.int(pairs.length);
  const [name, value] = pairs[at] ?? ['', ''];
  const [nextName, nextValue] = pairs[at + 1] ?? ['', ''];
  const text = name + value;
  const middle = random.int(text.length + 1);
  switch (random.pick(['between name and value', 'two become one', 'one becomes two'] as const)) {
    case 'between name and value':
      return { query, pairs: pairs.with(at, [text.slice(0, middle), text.slice(middle)]) };
    case 'two become one':
      return { query, pairs: pairs.toSpliced(at, 2, [name, value + nextName + nextValue]) };
    case 'one becomes two': {
      const second = value.slice(random.int(value.length + 1));
      const first = value.slice(0, value.length - second.length);
      const end = random.int(second.length + 1);
      return {
        query,
        pairs: pairs.toSpliced(at, 1, [name, first], [second.slice(0, end), second.slice(end)]),
      };
    }
  }
};

const textOf = ({ query, pairs }: Reading): string => (query === '' ? '' : `?${query}`) + pairs.flat().join('');

/** Parameters must be sorted by name, as Twilio signs them, and no surrogate pair may be split. */
const isValid = (reading: Reading, original: Reading): boolean => {
  const { pairs } = reading;
  const accountOf = (of: Reading): string | undefined => of.pairs.find(([name]) => name === 'AccountSid')?.[1];
  return (
    textOf(reading) === textOf(original) &&
    JSON.stringify(reading) !== JSON.stringify(original) &&
    accountOf(reading) === accountOf(original) &&
    pairs.every(([name], at) => name !== '' && (at === 0 || (pairs[at - 1]?.[0] ?? '') < name)) &&
    pairs.flat().every((text) => Buffer.from(text).toString() === text)
  );
};

const requestOf = (id: string, genuine: PlannedRequest, { query, pairs }: Reading): PlannedRequest => ({
  ...genuine,
  id,
  cutOf: genuine.id,
  sent: { query, contentType: formType, body: encodeForm(Object.fromEntries(pairs)) },
  rows: [],
  status: undefined,
});
