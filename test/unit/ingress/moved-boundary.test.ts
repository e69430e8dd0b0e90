import { checkFields, checkQuery } from '../../../lambda/ingress/required-fields';
import { formEventId } from '../../../lambda/shared/event-id';
import { parseForm } from '../../../lambda/shared/form';
import type { WebhookKind } from '../../../lambda/shared/routes';

const hex = (digit: string) => digit.repeat(32);
const accountSid = `AC${hex('1')}`;

const genuine: readonly (readonly [WebhookKind, string, Readonly<Record<string, string>>])[] = [
  [
    'status',
    '',
    {
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      ErrorCode: '30003',
      From: '+15550100002',
      MessageSid: `SM${hex('a')}`,
      MessageStatus: 'undelivered',
      SmsSid: `SM${hex('a')}`,
      SmsStatus: 'undelivered',
      To: '+15550100001',
    },
  ],
  [
    'usage',
    '',
    {
      AccountSid: accountSid,
      CurrentValue: '51.00',
      DateFired: 'Sun, 22 Nov 2026 00:00:00 +0000',
      IdempotencyToken: `${accountSid}-FIRES-UT${hex('b')}-2026-11-22`,
      Recurring: 'daily',
      TriggerBy: 'price',
      TriggerValue: '50.00',
      UsageCategory: 'totalprice',
      UsageTriggerSid: `UT${hex('b')}`,
    },
  ],
  [
    'message',
    '',
    {
      AccountSid: accountSid,
      Body: 'hello',
      From: '+15550100001',
      FromCity: 'SPRINGFIELD',
      MessageSid: `SM${hex('a')}`,
      NumMedia: '0',
      NumSegments: '1',
      To: '+15550100002',
      ToCity: '',
    },
  ],
  ['event', 'order=1234', { AccountSid: accountSid, CallSid: `CA${hex('c')}`, CallStatus: 'completed' }],
];

interface Shape {
  readonly query: string;
  readonly pairs: readonly (readonly [string, string])[];
}

/** What Twilio signs, less the constant part of the URL. */
const signedText = ({ query, pairs }: Shape): string =>
  query +
  [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('');

/** Every request that one move of one boundary makes of another with the same signature. */
const movesOf = (shape: Shape): Shape[] => {
  const { query, pairs } = shape;
  const moved: Shape[] = [];
  const replace = (at: number, count: number, ...replacement: (readonly [string, string])[]) =>
    moved.push({ query, pairs: [...pairs.slice(0, at), ...replacement, ...pairs.slice(at + count)] });
  pairs.forEach(([name, value], at) => {
    const text = name + value;
    for (let cut = 1; cut <= text.length; cut += 1) replace(at, 1, [text.slice(0, cut), text.slice(cut)]);
    const next = pairs[at + 1];
    if (next === undefined) return;
    const rest = value + next.join('');
    replace(at, 2, [name, rest]);
    for (let end = 0; end <= rest.length; end += 1) {
      for (let cut = end + 1; cut <= rest.length; cut += 1) {
        replace(at, 2, [name, rest.slice(0, end)], [rest.slice(end, cut), rest.slice(cut)]);
      }
    }
  });
  for (let cut = 1; cut < query.length; cut += 1) {
    moved.push({ query: query.slice(0, cut), pairs: [[query.slice(cut), ''], ...pairs] });
  }
  const [first] = pairs;
  if (first !== undefined) moved.push({ query: query + first.join(''), pairs: pairs.slice(1) });
  const original = signedText(shape);
  return moved.filter((candidate) => signedText(candidate) === original);
};

const accepted = (kind: WebhookKind, { query, pairs }: Shape) => {
  const params = parseForm(
    new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString(),
  );
  if (checkQuery(query) !== undefined || checkFields(kind, params) !== undefined) return undefined;
  return { eventId: formEventId(kind, params, query), from: params['From'], to: params['To'] };
};

describe('a captured signature, with one boundary between names and values moved', () => {
  test.each(genuine)('never makes another %s of it', (kind, query, form) => {
    const shape: Shape = { query, pairs: Object.entries(form) };
    const original = accepted(kind, shape);
    expect(original).toBeDefined();
    const moves = movesOf(shape);
    expect(moves.length).toBeGreaterThan(100);
    const ids = new Set(moves.flatMap((move) => accepted(kind, move)?.eventId ?? []));
    expect([...ids].filter((id) => id !== original?.eventId)).toEqual([]);
  });

  test('never makes another sender or recipient of a message', () => {
    const [, query, form] = genuine[2] ?? ['message', '', {}];
    const shape: Shape = { query, pairs: Object.entries(form) };
    const original = accepted('message', shape);
    const others = movesOf(shape)
      .map((move) => accepted('message', move))
      .filter((found) => found !== undefined && (found.from !== original?.from || found.to !== original?.to));
    expect(others).toEqual([]);
  });
});
