import { checkAccount } from '../../../../cli/account/account';
import type { Figures } from '../../../../cli/account/figures';

const consumer = { stored: 90, duplicates: 6, redelivered: 0, otherReadings: 0, unrecognized: 2, backfilled: 4 };
const agreeing: Figures = {
  api: { received: 100, clientErrors: 7, serverErrors: 1 },
  accepted: 92,
  refused: { SignatureRejected: 5, EnqueueFailed: 1, BasicRejected: 0 },
  consumer,
  table: { stored: 90, backfilled: 4 },
  pending: 0,
  deadWebhooks: 0,
  published: 95,
  publishes: true,
  handlers: [
    { name: 'One', handled: 90, deadLetters: 0, pending: 0 },
    { name: 'Other', handled: 20, deadLetters: 3, pending: 0 },
  ],
  missing: 0,
  atEdges: 0,
};
const problemsOf = (figures: Partial<Figures>): readonly string[] =>
  checkAccount({ ...agreeing, ...figures }).sums.flatMap(({ name, problem }) => (problem === undefined ? [] : [name]));

test('sums that agree, with every key of --json', () => {
  expect(checkAccount(agreeing).account).toEqual({
    received: 100,
    refused: { SignatureRejected: 5, EnqueueFailed: 1, Other4xx: 2 },
    accepted: 92,
    stored: 90,
    duplicates: 6,
    unrecognized: 2,
    published: 95,
    handled: 110,
    dead: 3,
    backfilled: 4,
    missing: 0,
    agrees: true,
  });
});

test.each<[string, Partial<Figures>, string]>([
  ['a request that nobody counted', { api: { received: 101, clientErrors: 7, serverErrors: 1 } }, 'received'],
  ['an accepted webhook that is nowhere', { accepted: 93, api: undefined }, 'accepted'],
  ['a webhook that nobody accepted', { accepted: 90, api: undefined }, 'accepted'],
  ['a row that is gone', { table: { stored: 89, backfilled: 4 } }, 'stored'],
  ['stored webhooks without an event', { published: 89 }, 'published'],
  ['a message that never came', { missing: 1 }, 'missing'],
])('%s does not agree', (_, figures, name) => {
  expect(problemsOf(figures)).toEqual([name]);
  expect(checkAccount({ ...agreeing, ...figures }).account.agrees).toBe(false);
});

test('a dead letter and a message on the queue are not lost', () => {
  expect(problemsOf({ accepted: 95, api: undefined, deadWebhooks: 2, pending: 1 })).toEqual([]);
});

test('what the queue delivered again is no duplicate, and explains a surplus', () => {
  const redelivered = { ...consumer, duplicates: 9, redelivered: 3, stored: 93 };
  const { account, sums } = checkAccount({ ...agreeing, consumer: redelivered });
  expect(account).toMatchObject({ stored: 90, duplicates: 6, agrees: true });
  expect(sums.map(({ note }) => note).filter((note) => note !== undefined)).toHaveLength(1);
});

test('a function that ended before it counted: the table decides', () => {
  const redelivered = { ...consumer, stored: 89, duplicates: 7, redelivered: 1 };
  expect(checkAccount({ ...agreeing, consumer: redelivered }).account).toMatchObject({ stored: 90, agrees: true });
});

test('an answer of 5xx may be on the queue', () => {
  expect(problemsOf({ table: { stored: 91, backfilled: 4 } })).toEqual([]);
  expect(problemsOf({ table: { stored: 92, backfilled: 4 } })).toEqual(['accepted']);
});

test('webhooks at the edges of the period may be on one side only', () => {
  expect(problemsOf({ accepted: 94, atEdges: 2 })).toEqual([]);
  expect(problemsOf({ accepted: 95, atEdges: 2 })).toEqual(['received', 'accepted']);
});

test('without the id of the HTTP API, received is the sum; without events and Twilio, they are not checked', () => {
  const { account, sums } = checkAccount({ ...agreeing, api: undefined, publishes: false, missing: null });
  expect(account).toMatchObject({ received: 98, missing: null, agrees: true });
  expect(sums.map(({ name }) => name)).toEqual(['accepted', 'stored']);
});
