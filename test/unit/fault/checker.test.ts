import { countDeliveries } from '../../fault/checker/accepted';
import { checkHistory, type Invariant } from '../../fault/checker/check-history';
import { cut } from '../../fault/history/cuts';
import type { Exchange, History, Row, InjectedFault } from '../../fault/history/history';
import type { PlannedRequest } from '../../fault/history/plan';
import { createRandom } from '../../fault/history/random';
import { unrecognized } from '../../fault/history/traffic';
import { handledAs } from './handled-fixture';
import {
  goodHistory,
  incomingMessage,
  voiceRequest,
  callbacks,
  counted,
  endingWith,
  exchange,
  queued,
  usage,
  withForgery,
  withoutInvocations,
} from './history-fixture';

const broken = (history: History): readonly Invariant[] => [
  ...new Set(checkHistory(history).map(({ invariant }) => invariant)),
];
const isMessage = ({ sk, ...row }: Row): boolean => sk === 'MESSAGE' && row['direction'] === 'inbound';
const isOutgoing = ({ sk, ...row }: Row): boolean => sk === 'MESSAGE' && row['direction'] === 'outbound';
const answering = (id: string, answer: Partial<Exchange>): History => {
  const { exchanges } = goodHistory();
  return goodHistory({
    exchanges: exchanges.map((exchange) => (exchange.request === id ? { ...exchange, ...answer } : exchange)),
  });
};
/** A fault of SQS during the first delivery of a request. */
const faultAbout = ({ id, signed }: PlannedRequest, { exchanges }: History): InjectedFault => {
  const at = exchanges.find(({ request }) => request === id)?.startedAtMs ?? 0;
  return {
    action: 'SendMessage',
    about: signed.form['MessageSid'] ?? '',
    kind: 'reset',
    fromMs: at,
    toMs: at,
  };
};

test('a history that keeps every invariant has no violations', () => {
  expect(checkHistory(goodHistory())).toEqual([]);
});

describe('acknowledged webhooks are stored', () => {
  const withoutMessage = endingWith((rows) => rows.filter((row) => !isMessage(row)));

  test('rejects an accepted message that is not stored, whether SQS had it or not', () => {
    expect(broken(withoutInvocations(withoutMessage))).toEqual(['acknowledged webhooks are stored']);
    expect(broken(withoutMessage)).toEqual(['acknowledged webhooks are stored', 'no message is lost']);
  });

  test('a message that was answered 503 and never reached SQS may be missing', () => {
    const history = answering(incomingMessage.id, { status: 503 });
    const fault = faultAbout(incomingMessage, history);
    const accepted = exchange(incomingMessage.id, 2_000);
    const { final } = goodHistory();
    expect(
      broken({
        ...history,
        injectedFaults: [fault],
        exchanges: [...history.exchanges, accepted],
        afterTraffic: withoutMessage.afterTraffic,
        final,
      }),
    ).toEqual([]);
  });

  test('an accepted message may be a dead letter until it is redriven', () => {
    const deadLetters = [queued(incomingMessage)];
    const { final } = withoutInvocations(withoutMessage);
    const afterTraffic = { ...final, deadLetters, count: counted(1) };
    const good = withoutInvocations(goodHistory());
    expect(broken({ ...good, afterTraffic })).toEqual([]);
    expect(broken({ ...good, afterTraffic, final: afterTraffic })).toEqual([
      'acknowledged webhooks are stored',
      'only poison becomes a dead letter',
    ]);
  });

  test('rejects an event that is stored twice under two ids', () => {
    const twice = endingWith((rows) => [
      ...rows,
      ...rows
        .filter((row) => row['params'] === voiceRequest.rows[0]?.content)
        .map((row) => ({ ...row, pk: 'EVENT#other' })),
    ]);
    expect(broken(withoutInvocations(twice))).toEqual(['acknowledged webhooks are stored']);
  });

  test('rejects the content of another request under a key, even of a later request with the same key', () => {
    const swapped = endingWith((rows) =>
      rows.map((row) =>
        row['params'] === usage.rows[0]?.content ? { ...row, params: voiceRequest.rows[0]?.content ?? '' } : row,
      ),
    );
    expect(broken(withoutInvocations(swapped))).toEqual([
      'acknowledged webhooks are stored',
      'only sent webhooks are stored',
    ]);
    const later = {
      ...usage,
      id: 'later',
      rows: usage.rows.map((row) => ({ ...row, content: voiceRequest.rows[0]?.content ?? '' })),
    };
    const { plan, exchanges } = swapped;
    const claimed: History = {
      ...withoutInvocations(swapped),
      plan: { ...plan, requests: [...plan.requests, later] },
      exchanges: [...exchanges, exchange('later', 500)],
    };
    expect(broken(claimed)).toEqual(['acknowledged webhooks are stored', 'stored content does not change']);
  });
});

describe('only poison becomes a dead letter', () => {
  const { final, invocations } = goodHistory();
  const endingIn = (poison: readonly string[], deadLetters: readonly string[]): readonly Invariant[] =>
    broken(goodHistory({ poison, final: { ...final, deadLetters, count: counted(deadLetters.length) } }));

  test('accepts poison that is a dead letter once', () => {
    expect(endingIn(['not JSON'], ['not JSON'])).toEqual([]);
  });

  test.each([
    ['poison that is not a dead letter', ['not JSON'], []],
    ['poison that is two dead letters', ['not JSON'], ['not JSON', 'not JSON']],
    ['a good message next to poison', ['not JSON'], ['not JSON', queued(incomingMessage)]],
    ['a message that the plan did not send', [], ['unknown']],
  ])('rejects %s', (_name, poison, deadLetters) => {
    expect(endingIn(poison, deadLetters)).toEqual(['only poison becomes a dead letter']);
  });

  test('rejects a good message that was reported as failed without a fault', () => {
    const body = queued(incomingMessage);
    const failing = (starved: boolean): History =>
      goodHistory({
        poison: ['not JSON'],
        final: { ...final, deadLetters: ['not JSON'], count: counted(1) },
        invocations: [
          ...invocations,
          {
            startedAtMs: 10,
            endedAtMs: 20,
            records: [
              { body: 'not JSON', outcome: 'failed' },
              { body, outcome: 'failed' },
            ],
            starved,
          },
        ],
      });
    expect(broken(failing(false))).toEqual(['only poison becomes a dead letter']);
    expect(broken(failing(true))).toEqual([]);
    const about = incomingMessage.signed.form['MessageSid'] ?? '';
    const fault: InjectedFault = { action: 'UpdateItem', about, kind: 'denied', fromMs: 15, toMs: 15 };
    expect(broken({ ...failing(false), injectedFaults: [fault] })).toEqual([]);
    expect(broken({ ...failing(false), injectedFaults: [{ ...fault, about: 'another' }] })).toEqual([
      'only poison becomes a dead letter',
    ]);
  });
});

describe('no message is lost', () => {
  test.each([
    ['fewer messages than were sent and not deleted', { deleted: 0 }],
    ['more messages than were sent', { events: 1 }],
    ['a dead letter that stays hidden', { deadLetters: 1, deleted: counted(0).deleted - 1 }],
    ['an event queue that is not empty in the end', { events: 1, deleted: counted(0).deleted - 1 }],
  ])('rejects %s', (_name, changes) => {
    const { final } = goodHistory();
    expect(broken(goodHistory({ final: { ...final, count: counted(0, changes) } }))).toEqual(['no message is lost']);
  });

  test('every step is counted, and a call in flight may or may not have arrived', () => {
    const sent = { least: 3, most: 5 };
    const count = (there: number): History =>
      goodHistory({ counts: [counted(0, { sent, deleted: 1, events: there - 1, deadLetters: 1 })] });
    expect([1, 2, 4, 5].map((there) => broken(count(there)))).toEqual([
      ['no message is lost'],
      [],
      [],
      ['no message is lost'],
    ]);
  });

  test('rejects poison that was deleted from the queue', () => {
    const { invocations, final } = goodHistory();
    const [first] = invocations;
    const history = goodHistory({
      poison: ['not JSON'],
      final: { ...final, deadLetters: ['not JSON'], count: counted(1) },
      invocations: [
        {
          startedAtMs: first?.startedAtMs ?? 0,
          endedAtMs: first?.endedAtMs ?? 0,
          records: [...(first?.records ?? []), { body: 'not JSON', outcome: 'done' }],
          starved: false,
        },
      ],
    });
    expect(broken(history)).toEqual(['no message is lost']);
  });
});

describe('genuine webhooks are accepted', () => {
  test('rejects a gateway that answers 503 to everything, whatever the machine did', () => {
    const { exchanges } = goodHistory();
    const answered = (changes: Partial<Exchange>): readonly Invariant[] =>
      broken(goodHistory({ exchanges: exchanges.map((exchange) => ({ ...exchange, ...changes })) }));
    expect(answered({ status: 503 })).toContain('genuine webhooks are accepted');
    expect(answered({ status: 503, starved: true })).toContain('genuine webhooks are accepted');
    expect(answered({ status: undefined })).toContain('genuine webhooks are accepted');
  });

  describe('a delivery that was answered 503, whose retry was answered 2xx', () => {
    const history = answering('voice', { status: 503 });
    const voice = history.exchanges.find(({ request }) => request === 'voice');
    const at = voice?.startedAtMs ?? 0;
    const again = { ...history, exchanges: [...history.exchanges, exchange('voice', 2_000)] };
    const fault: InjectedFault = {
      action: 'SendMessage',
      about: voiceRequest.signed.form['CallSid'] ?? '',
      kind: 'reset',
      fromMs: at + 1,
      toMs: at + 1,
    };

    test.each<readonly [string, Partial<InjectedFault>]>([
      ['about it', {}],
      ['that killed its process', { about: 'another', kind: 'killed after' }],
      ['of a secret', { action: 'GetSecretValue', about: '' }],
      [
        'of a secret whose read was under way',
        { action: 'GetSecretValue', about: '', kind: 'hang', fromMs: at - 900, toMs: at - 900 },
      ],
    ])('is excused by a fault %s', (_name, changes) => {
      expect(broken({ ...again, injectedFaults: [{ ...fault, ...changes }] })).toEqual([]);
    });

    test.each<readonly [string, Partial<InjectedFault>]>([
      ['about another webhook', { about: 'another' }],
      ['that came later', { fromMs: at + 500, toMs: at + 500 }],
      ['of the table', { action: 'PutItem' }],
    ])('rejects the excuse of a fault %s', (_name, changes) => {
      expect(broken({ ...again, injectedFaults: [{ ...fault, ...changes }] })).toEqual([
        'genuine webhooks are accepted',
      ]);
    });

    test('is excused by a starved machine, and each excuse is counted', () => {
      expect(broken(again)).toEqual(['genuine webhooks are accepted']);
      const starved: History = {
        ...again,
        exchanges: again.exchanges.map((exchange) =>
          exchange.status === 503 ? { ...exchange, starved: true } : exchange,
        ),
      };
      expect(broken(starved)).toEqual([]);
      const accepted = goodHistory().exchanges.length;
      expect(countDeliveries(starved)).toEqual({ accepted, fault: 0, starved: 1, refused: 0 });
      expect(countDeliveries({ ...again, injectedFaults: [fault] })).toMatchObject({ fault: 1, refused: 0 });
      expect(countDeliveries(again)).toMatchObject({ refused: 1 });
    });
  });
});

describe('one reading per signed text', () => {
  test('rejects a missing marker and one too many', () => {
    expect(broken(endingWith((rows) => rows.filter(({ pk }) => pk !== 'TEXT#0')))).toEqual([
      'one reading per signed text',
    ]);
    expect(broken(endingWith((rows) => [...rows, { pk: 'TEXT#more', sk: 'SIGNED' }]))).toEqual([
      'one reading per signed text',
    ]);
  });

  test('rejects a cut that is not accepted, is not counted, or leaves a row', () => {
    const good = goodHistory();
    const cutting = cut(createRandom(3), 'cut', voiceRequest);
    const log = (name: string): string => `${JSON.stringify({ _aws: {}, service: 'consumer', [name]: [1] })}\n`;
    const cutHistory: History = {
      ...good,
      plan: { ...good.plan, requests: [...good.plan.requests, cutting] },
      exchanges: [...good.exchanges, exchange('cut', 500)],
      log: log('OtherReading'),
    };
    expect(broken(cutHistory)).toEqual([]);
    expect(broken({ ...cutHistory, log: log('RecordStored') })).toEqual(['one reading per signed text']);
    expect(broken({ ...cutHistory, exchanges: [...good.exchanges, exchange('cut', 500, { status: 400 })] })).toContain(
      'genuine webhooks are not rejected',
    );
    const row = { ...good.final.rows[0], pk: 'EVENT#cut', sk: 'EVENT', params: '{}' };
    expect(broken({ ...cutHistory, final: { ...good.final, rows: [...good.final.rows, row] } })).toContain(
      'only sent webhooks are stored',
    );
  });

  test('rejects an unrecognized webhook that is not stored or not counted', () => {
    const good = goodHistory();
    const { accountSid } = good.plan.account;
    const request = unrecognized(createRandom(4), 'unrecognized', accountSid);
    const row = { pk: 'EVENT#1', sk: 'EVENT', accountSid, query: '', anything: request.sent.body };
    const rows = [...good.final.rows, row];
    const history: History = {
      ...good,
      plan: { ...good.plan, requests: [...good.plan.requests, request] },
      exchanges: [...good.exchanges, exchange('unrecognized', 500)],
      afterTraffic: { ...good.afterTraffic, rows },
      final: { ...good.final, rows },
      ...handledAs(rows),
      log: `${JSON.stringify({ _aws: {}, UnrecognizedWebhook: 1 })}\n`,
    };
    expect(broken(history)).toEqual([]);
    expect(broken({ ...history, log: '' })).toEqual(['one reading per signed text']);
    expect(
      broken({ ...history, afterTraffic: good.afterTraffic, final: good.final, ...handledAs(good.final.rows) }),
    ).toEqual(['acknowledged webhooks are stored']);
  });
});

describe('only sent webhooks are stored', () => {
  test.each([
    ['a row that Twilio did not send', { pk: 'EVENT#x', sk: 'EVENT', accountSid: 'AC1', params: '{}', query: '' }],
    ['a message that Twilio did not send', { pk: 'MESSAGE#SM1', sk: 'MESSAGE', direction: 'outbound', status: 'sent' }],
  ])('rejects %s', (_name, row) => {
    expect(broken(endingWith((rows) => [...rows, row]))).toContain('only sent webhooks are stored');
  });

  test.each(['params', 'body', 'from', 'accountSid', 'query'])('rejects a message whose %s was changed', (name) => {
    const changed = endingWith((rows) => rows.map((row) => (isMessage(row) ? { ...row, [name]: 'x' } : row)));
    expect(broken(changed)).toContain('only sent webhooks are stored');
  });

  test('rejects a row of a forged request', () => {
    const { final } = endingWith((rows) => rows);
    const history = withForgery(403);
    const row = { ...final.rows[0], pk: 'MESSAGE#SM2', sk: 'MESSAGE' };
    expect(broken({ ...history, final: { ...final, rows: [...final.rows, row] } })).toContain(
      'only sent webhooks are stored',
    );
  });
});

describe('forged requests are rejected', () => {
  test.each([200, 204, 302, 500, undefined])('rejects a forged request that was answered %s', (status) => {
    expect(broken(withForgery(status))).toEqual(['forged requests are rejected']);
  });

  test('accepts a 503 from a starved machine only if the next delivery is rejected', () => {
    const answered = (first: number): History => {
      const history = withForgery(403);
      const last = history.exchanges.at(-1);
      if (last === undefined) throw new Error('nothing was sent');
      return { ...history, exchanges: [...history.exchanges.slice(0, -1), { ...last, status: first }, last] };
    };
    expect(broken(answered(503))).toEqual([]);
    expect(broken(answered(200))).toEqual(['forged requests are rejected']);
  });

  test('accepts 403, and 503 while no token can be read', () => {
    expect(broken(withForgery(403))).toEqual([]);
    const fault = { action: 'GetSecretValue', about: '', skip: 0, times: 1, kind: 'hang' } as const;
    expect(broken(withForgery(503, { faults: [fault] }))).toEqual([]);
    expect(broken(withForgery(200, { faults: [fault] }))).toEqual(['forged requests are rejected']);
  });
});

test('rejects a genuine request that was answered 403', () => {
  expect(broken(answering('voice', { status: 403 }))).toEqual([
    'genuine webhooks are accepted',
    'genuine webhooks are not rejected',
  ]);
});

test('rejects an answer that took longer than 4.5 s, not counting the time that the machine stalled', () => {
  expect(broken(answering('voice', { durationMs: 4_500 }))).toEqual([]);
  expect(broken(answering('voice', { durationMs: 4_501 }))).toEqual(['answers are in time']);
  expect(broken(answering('voice', { durationMs: 9_000, stalledMs: 4_400 }))).toEqual(['answers are in time']);
  expect(broken(answering('voice', { durationMs: 9_000, stalledMs: 4_600 }))).toEqual([]);
});

test('rejects a message with a lower status than its callbacks', () => {
  const lower = endingWith((rows) =>
    rows.map((row) => (isOutgoing(row) ? { ...row, status: 'receiving', errorCode: '' } : row)),
  );
  expect(callbacks.length).toBeGreaterThan(1);
  expect(broken(lower)).toEqual(['the highest status is stored']);
});

describe('stored content does not change', () => {
  const { final } = goodHistory();

  test('rejects a message whose text has changed', () => {
    const snapshot = final.rows.map((row) => (isMessage(row) ? { ...row, body: 'x' } : row));
    expect(broken(goodHistory({ snapshots: [snapshot] }))).toEqual(['stored content does not change']);
  });

  test('accepts an earlier delivery that waited in the queue', () => {
    const snapshot = final.rows.map((row) =>
      isMessage(row) ? { ...row, body: 'x', receivedAt: '2026-11-22T00:00:01.000Z' } : row,
    );
    expect(broken(goodHistory({ snapshots: [snapshot] }))).toEqual([]);
  });

  test('rejects a row that has disappeared', () => {
    const snapshot = [...final.rows, { pk: 'EVENT#gone', sk: 'EVENT' }];
    expect(broken(goodHistory({ snapshots: [snapshot] }))).toEqual(['stored content does not change']);
  });

  test('rejects a later text that replaced the first', () => {
    const good = goodHistory();
    const first = {
      ...incomingMessage,
      id: 'first',
      rows: incomingMessage.rows.map((row) => ({ ...row, content: '{"Body":"other"}' })),
    };
    const history = goodHistory({
      plan: { ...good.plan, requests: [first, ...good.plan.requests] },
      exchanges: [exchange('first', -2), ...good.exchanges],
    });
    expect(broken(history)).toEqual([
      'acknowledged webhooks are stored',
      'no message is lost',
      'stored content does not change',
    ]);
  });
});

test('rejects more suspensions than firings, and a suspension of an account that is not configured', () => {
  const suspension = { accountSid: 'AC3', isConfigured: true };
  expect(broken(goodHistory({ suspensions: [suspension, suspension] }))).toEqual([]);
  expect(broken(goodHistory({ suspensions: [suspension, suspension, suspension] }))).toEqual([
    'each suspension has a firing',
  ]);
  expect(broken(goodHistory({ suspensions: [{ ...suspension, isConfigured: false }] }))).toEqual([
    'each suspension has a firing',
  ]);
});

test('rejects a log that holds a token, without repeating it', () => {
  const token = '1'.repeat(32);
  const violations = checkHistory(goodHistory({ log: `{"message":"${token}"}\n` }));
  expect(violations.map(({ invariant }) => invariant)).toEqual(['nothing secret is logged']);
  expect(JSON.stringify(violations)).not.toContain(token);
});
