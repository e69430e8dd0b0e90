import type { RefusedList, RefusedSummary } from '../../../console/api';
import { describeTotals, totalsOf } from '../../../console/page/src/screens/queues/queue-totals';
import {
  addRefused,
  bodyLines,
  maxRefused,
  rankedReasons,
  reasonText,
} from '../../../console/page/src/screens/refused/refused-list';

const refused = (id: number, reason: string | null = 'signature_mismatch'): RefusedSummary => ({
  id: `${id}`,
  at: '2026-01-01T00:00:00.000Z',
  method: 'POST',
  path: '/v1/messages',
  status: 403,
  reason,
});
const listOf = (requests: readonly RefusedSummary[]): RefusedList => ({
  requests,
  reasons: [{ reason: 'signature_mismatch', count: requests.length }],
  period: 'since the start',
});

describe('the list of refused requests', () => {
  test('gets a new request in front, and counts its reason', () => {
    const list = addRefused(addRefused(listOf([refused(1)]), refused(2)), refused(3, null));
    expect(list.requests.map(({ id }) => id)).toEqual(['3', '2', '1']);
    expect(list.reasons).toEqual([
      { reason: 'signature_mismatch', count: 2 },
      { reason: 'http_api', count: 1 },
    ]);
  });

  test('has each request once, and only the newest', () => {
    const full = listOf(Array.from({ length: maxRefused }, (_, index) => refused(maxRefused - index)));
    expect(addRefused(full, refused(1))).toBe(full);
    const more = addRefused(full, refused(maxRefused + 1));
    expect(more.requests).toHaveLength(maxRefused);
    expect(more.requests.at(-1)).toEqual(refused(2));
  });

  test('has the reasons by frequency, each with its share of the most frequent', () => {
    const reasons = [
      { reason: 'body_hash_missing', count: 1 },
      { reason: 'signature_mismatch', count: 4 },
    ];
    expect(rankedReasons(reasons).map(({ reason, share }) => [reason, share])).toEqual([
      ['signature_mismatch', 1],
      ['body_hash_missing', 0.25],
    ]);
    expect(rankedReasons([])).toEqual([]);
  });

  test('names a reason in words', () => {
    expect(reasonText('signature_mismatch')).toBe('Signature mismatch');
    expect(reasonText(null)).toBe('Refused by the HTTP API');
  });

  test('shows a form one parameter a line, and nothing else so', () => {
    expect(bodyLines('From=%2B15550100001&Body=a%20b', 'application/x-www-form-urlencoded; charset=UTF-8')).toEqual([
      ['From', '+15550100001'],
      ['Body', 'a b'],
    ]);
    expect(bodyLines('{"a":1}', 'application/json')).toEqual([]);
    expect(bodyLines('a=b', undefined)).toEqual([]);
  });
});

describe('the totals of the queues', () => {
  const queue = (name: string, waiting: number, inFlight: number, deadLetters: number) => ({
    name,
    waiting,
    inFlight,
    deadLetters,
  });

  test.each([
    [[], 'Nothing waits, 0 in flight, no dead letters.'],
    [[queue('events', 1, 0, 1)], '1 message waits, 0 in flight, 1 dead letter.'],
    [[queue('events', 1_200, 2, 0), queue('orders', 34, 1, 5)], '1,234 messages wait, 3 in flight, 5 dead letters.'],
  ])('are a sentence', (queues, sentence) => {
    expect(describeTotals(totalsOf(queues))).toBe(sentence);
  });
});
