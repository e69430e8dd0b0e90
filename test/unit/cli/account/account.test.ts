import { checkAccount } from '../../../../cli/account/account';
import type { Figures, HandlerFigures } from '../../../../cli/account/figures';

const handler = (name: string, figures: Partial<HandlerFigures>): HandlerFigures => ({
  ...{ name, sent: 0, handled: 0, duplicates: 0, counts: true, deadLetters: 0, pending: 0, redriven: 0, atEdges: 0 },
  ...figures,
});
const consumer = { stored: 90, duplicates: 6, redelivered: 0, otherReadings: 0, unrecognized: 2, backfilled: 4 };
const agreeing: Figures = {
  api: { received: 100, clientErrors: 7, serverErrors: 1 },
  accepted: 92,
  refused: { SignatureRejected: 5, EnqueueFailed: 1, BasicRejected: 0 },
  consumer,
  table: { stored: 90, backfilled: 4 },
  pending: 0,
  deadWebhooks: 0,
  lane: { pending: 0, dead: 0, counted: 0 },
  olderDeadLetters: 0,
  redriven: 0,
  published: 95,
  publishes: true,
  handlers: [
    handler('One', { sent: 92, handled: 90, duplicates: 1, pending: 1 }),
    handler('Other', { sent: 23, handled: 20, deadLetters: 3 }),
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
  ['a row that nobody accepted', { accepted: 84, api: undefined }, 'stored'],
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
  expect(problemsOf({ published: 99, table: { stored: 98, backfilled: 4 } })).toEqual(['stored']);
});

test('webhooks at the edges of the period may be on one side only', () => {
  expect(problemsOf({ accepted: 94, atEdges: 2 })).toEqual([]);
  expect(problemsOf({ accepted: 95, atEdges: 2 })).toEqual(['received', 'accepted']);
});

test('without the id of the HTTP API, received is the sum; without events and Twilio, they are not checked', () => {
  const { account, sums } = checkAccount({
    ...agreeing,
    ...{ api: undefined, publishes: false, handlers: [], missing: null },
  });
  expect(account).toMatchObject({ received: 98, missing: null, agrees: true });
  expect(sums.map(({ name }) => name)).toEqual(['accepted', 'stored']);
});

describe('the sum of a handler', () => {
  const sumOf = (figures: Partial<HandlerFigures>) => {
    const { sums } = checkAccount({ ...agreeing, handlers: [handler('One', figures)] });
    return sums.find(({ name }) => name === 'handled');
  };

  test('does not agree if an event is nowhere', () => {
    expect(sumOf({ sent: 3, handled: 2 })?.problem).toContain('One has 1 fewer');
    expect(sumOf({ sent: 3, handled: 1, duplicates: 1, deadLetters: 1 })?.problem).toBeUndefined();
  });

  test('agrees at the edges of the period, and after a redrive that SQS counts as sent', () => {
    expect(sumOf({ sent: 3, handled: 2, atEdges: 1 })?.problem).toBeUndefined();
    expect(sumOf({ sent: 3, handled: 2, redriven: 1 })?.problem).toBeUndefined();
  });

  test('names what is more, and a function that counts nothing', () => {
    expect(sumOf({ sent: 3, handled: 4 })).toMatchObject({ note: expect.stringContaining('1 more') as string });
    expect(sumOf({ sent: 3, counts: false })).toMatchObject({
      note: expect.stringContaining('counts nothing') as string,
    });
    expect(sumOf({ sent: 3, counts: false })?.problem).toBeUndefined();
  });
});

describe('the fallback lane', () => {
  const api = { received: 103, clientErrors: 7, serverErrors: 1 };

  test('has requests that were received, and that nobody has accepted or refused yet', () => {
    const lane = { pending: 2, dead: 1, counted: 0 };
    const { account, sums } = checkAccount({ ...agreeing, api, lane });
    expect(account).toMatchObject({ received: 103, dead: 4, agrees: true });
    expect(sums[0]?.text).toBe('103 received = 92 accepted + 8 refused + 3 on the fallback lane');
    expect(problemsOf({ api, lane: { ...lane, pending: 1 } })).toEqual(['received']);
    expect(checkAccount({ ...agreeing, api: undefined, lane }).account.received).toBe(101);
  });

  test('may have counted what came before the period, or what SQS delivered again', () => {
    expect(problemsOf({ api: { ...api, received: 98 }, lane: { pending: 0, dead: 0, counted: 2 } })).toEqual([]);
    expect(problemsOf({ api: { ...api, received: 98 } })).toEqual(['received']);
  });
});

test('a redriven dead letter may be a row of an earlier period', () => {
  const stored = { consumer: { ...consumer, stored: 91 } };
  expect(problemsOf(stored)).toEqual(['stored']);
  expect(problemsOf({ ...stored, redriven: 1 })).toEqual([]);
});
