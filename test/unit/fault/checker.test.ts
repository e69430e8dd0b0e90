import { checkHistory, type Invariant } from '../../fault/checker/check-history';
import type { Exchange, History, Row } from '../../fault/history/history';
import { aHistory, anIncomingMessage, aVoiceEvent, callbacks, endingWith, withForgery } from './a-history';

const broken = (history: History): readonly Invariant[] => [
  ...new Set(checkHistory(history).map(({ invariant }) => invariant)),
];
const isMessage = ({ sk, ...row }: Row): boolean => sk === 'MESSAGE' && row['direction'] === 'inbound';
const isOutgoing = ({ sk, ...row }: Row): boolean => sk === 'MESSAGE' && row['direction'] === 'outbound';
const answering = (id: string, answer: Partial<Exchange>): History => {
  const { exchanges } = aHistory();
  return aHistory({
    exchanges: exchanges.map((exchange) => (exchange.request === id ? { ...exchange, ...answer } : exchange)),
  });
};
const envelopeOf = (body: string): string =>
  JSON.stringify({ schemaVersion: 1, body, bodyEncoding: 'utf8', query: '' });

test('finds nothing wrong with a history in which everything is as it should be', () => {
  expect(checkHistory(aHistory())).toEqual([]);
});

describe('acknowledged is kept', () => {
  test('rejects an accepted message that is nowhere', () => {
    expect(broken(endingWith((rows) => rows.filter((row) => !isMessage(row))))).toEqual([
      'acknowledged is kept',
    ]);
  });

  test('lets a message be missing that was answered 503', () => {
    const { final } = endingWith((rows) => rows.filter((row) => !isMessage(row)));
    const history = answering(anIncomingMessage.id, { status: 503 });
    expect(broken({ ...history, quiet: final, final })).toEqual([]);
  });

  test('lets a dead letter stand for an accepted message, until it is redriven', () => {
    const good = aHistory();
    const { final } = endingWith((rows) => rows.filter((row) => !isMessage(row)));
    const quiet = { ...final, deadLetters: [envelopeOf(anIncomingMessage.sent.body)] };
    expect(broken({ ...good, quiet })).toEqual([]);
    expect(broken({ ...good, quiet, final: quiet })).toEqual(['acknowledged is kept']);
  });

  test('rejects an event that is stored twice under two ids', () => {
    const twice = endingWith((rows) => [
      ...rows,
      ...rows
        .filter((row) => row['params'] === aVoiceEvent.rows[0]?.content)
        .map((row) => ({ ...row, pk: 'EVENT#other' })),
    ]);
    expect(broken(twice)).toEqual(['acknowledged is kept']);
  });

  test('rejects a poison message that is no dead letter at the end', () => {
    expect(broken(aHistory({ poison: ['not JSON'] }))).toEqual(['acknowledged is kept']);
    const { final } = aHistory();
    expect(
      broken(aHistory({ poison: ['not JSON'], final: { ...final, deadLetters: ['not JSON'] } })),
    ).toEqual([]);
  });
});

describe('stored is proven', () => {
  test.each([
    ['a row that nobody sent', { pk: 'EVENT#x', sk: 'EVENT', accountSid: 'AC1', params: '{}', query: '' }],
    [
      'a message that nobody sent',
      { pk: 'MESSAGE#SM1', sk: 'MESSAGE', direction: 'outbound', status: 'sent' },
    ],
  ])('rejects %s', (_name, row) => {
    expect(broken(endingWith((rows) => [...rows, row]))).toContain('stored is proven');
  });

  test.each(['params', 'body', 'from', 'accountSid', 'query'])(
    'rejects a message whose %s was changed',
    (name) => {
      const changed = endingWith((rows) =>
        rows.map((row) => (isMessage(row) ? { ...row, [name]: 'x' } : row)),
      );
      expect(broken(changed)).toContain('stored is proven');
    },
  );

  test('rejects what a forged request left', () => {
    const { final } = endingWith((rows) => rows);
    const history = withForgery(403);
    const row = { ...final.rows[0], pk: 'MESSAGE#SM2', sk: 'MESSAGE' };
    expect(broken({ ...history, final: { ...final, rows: [...final.rows, row] } })).toContain(
      'stored is proven',
    );
  });
});

describe('forged is refused', () => {
  test.each([200, 204, 302, 500, undefined])('rejects a forged request that was answered %s', (status) => {
    expect(broken(withForgery(status))).toEqual(['forged is refused']);
  });

  test('accepts a 503 of a starved machine if the next delivery is refused, and no 2xx before it', () => {
    const answered = (first: number): History => {
      const history = withForgery(403);
      const last = history.exchanges.at(-1);
      if (last === undefined) throw new Error('nothing was sent');
      return { ...history, exchanges: [...history.exchanges.slice(0, -1), { ...last, status: first }, last] };
    };
    expect(broken(answered(503))).toEqual([]);
    expect(broken(answered(200))).toEqual(['forged is refused']);
  });

  test('accepts 403, and 503 while no token can be read', () => {
    expect(broken(withForgery(403))).toEqual([]);
    const fault = { action: 'GetSecretValue', about: '', skip: 0, times: 1, kind: 'hang' } as const;
    expect(broken(withForgery(503, { faults: [fault] }))).toEqual([]);
    expect(broken(withForgery(200, { faults: [fault] }))).toEqual(['forged is refused']);
  });
});

test('rejects a genuine request that was answered 403', () => {
  expect(broken(answering('voice', { status: 403 }))).toEqual(['genuine is not refused']);
});

test('rejects an answer that took longer than a caller waits', () => {
  expect(broken(answering('voice', { durationMs: 15_000 }))).toEqual(['answers are in time']);
});

test('rejects a message with a lower status than its callbacks tell', () => {
  const lower = endingWith((rows) =>
    rows.map((row) => (isOutgoing(row) ? { ...row, status: 'receiving', errorCode: '' } : row)),
  );
  expect(callbacks.length).toBeGreaterThan(1);
  expect(broken(lower)).toEqual(['status is final']);
});

describe('identity stays', () => {
  const { final } = aHistory();

  test('rejects a message whose text was another one before', () => {
    const look = final.rows.map((row) => (isMessage(row) ? { ...row, body: 'x' } : row));
    expect(broken(aHistory({ looks: [look] }))).toEqual(['identity stays']);
  });

  test('accepts an earlier delivery that had to wait', () => {
    const look = final.rows.map((row) =>
      isMessage(row) ? { ...row, body: 'x', receivedAt: '2026-11-22T00:00:01.000Z' } : row,
    );
    expect(broken(aHistory({ looks: [look] }))).toEqual([]);
  });

  test('rejects a row that is gone again', () => {
    const look = [...final.rows, { pk: 'EVENT#gone', sk: 'EVENT' }];
    expect(broken(aHistory({ looks: [look] }))).toEqual(['identity stays']);
  });

  test('rejects a second text that came later and won', () => {
    const good = aHistory();
    const first = {
      ...anIncomingMessage,
      id: 'first',
      rows: anIncomingMessage.rows.map((row) => ({ ...row, content: '{"Body":"other"}' })),
    };
    const history = aHistory({
      plan: { ...good.plan, requests: [first, ...good.plan.requests] },
      exchanges: [
        { request: 'first', status: 200, sentAt: -2, answeredAt: -1, durationMs: 5 },
        ...good.exchanges,
      ],
    });
    expect(broken(history)).toEqual(['identity stays']);
  });
});

test('rejects more suspensions than triggers fired, and one that nobody configured', () => {
  const suspension = { accountSid: 'AC3', isConfigured: true };
  expect(broken(aHistory({ suspensions: [suspension, suspension] }))).toEqual([]);
  expect(broken(aHistory({ suspensions: [suspension, suspension, suspension] }))).toEqual([
    'suspensions are due',
  ]);
  expect(broken(aHistory({ suspensions: [{ ...suspension, isConfigured: false }] }))).toEqual([
    'suspensions are due',
  ]);
});

test('rejects a log that holds a token, and does not repeat it', () => {
  const token = '1'.repeat(32);
  const violations = checkHistory(aHistory({ log: `{"message":"${token}"}\n` }));
  expect(violations.map(({ invariant }) => invariant)).toEqual(['nothing secret is logged']);
  expect(JSON.stringify(violations)).not.toContain(token);
});
