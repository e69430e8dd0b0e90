import fc from 'fast-check';
import { startEventTable, type EventTable } from '../../helpers/event-table';
import { formWebhook, jsonWebhook, type GenuineWebhook } from '../../helpers/genuine-webhooks';
import { accountA } from './fakes';
import { createGatewayOn, markersIn, signatureOf } from './gateway-on-table';

jest.setTimeout(60_000);

let table: EventTable;
beforeAll(async () => {
  table = await startEventTable();
});
afterAll(() => table.close());
beforeEach(() => table.clear());

const event = (value: string, query = ''): GenuineWebhook =>
  formWebhook('an event', 'events', { AccountSid: accountA, note: value }, query);

const studio = (query: string): GenuineWebhook => jsonWebhook('Studio', '{"choice":"1"}', { query });

/** Each is sent with a signature of its own. @returns the number of events and of markers in the table */
const storedOf = async (webhooks: readonly GenuineWebhook[]) => {
  const { send } = createGatewayOn(table);
  for (const webhook of webhooks) expect(await send(webhook, webhook.request, signatureOf(webhook))).toBe(204);
  const rows = await table.rows();
  const markers = markersIn(rows).length;
  return { events: rows.length - markers, markers };
};

test.each<[string, readonly GenuineWebhook[]]>([
  ['values that differ in = and &', ['a=b', 'a&b', 'ab', 'a%b', 'a+b', 'a b'].map((value) => event(value))],
  ['queries of one body', [studio('call=1'), studio('call=2'), studio('call=1&call=2'), studio('')]],
  ['queries of one form', [event('x', 'call=1'), event('x', 'call=2'), event('x')]],
  [
    'values whose escapes are written out',
    [event('a%26b'), event('a&b'), event('a%2526b'), event('x', 'q=%26'), event('x', 'q=%2526')],
  ],
])('%s are as many events', async (_what, webhooks) => {
  expect(await storedOf(webhooks)).toEqual({ events: webhooks.length, markers: webhooks.length });
});

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '=', '&', '+', '%', '2', '6', ' ', '?'),
  maxLength: 4,
});

test('two webhooks are two events exactly if Twilio signed two texts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(text, text, text, text), fc.tuple(text, text, text, text), async (one, other) => {
      await table.clear();
      const [first, second] = [one, other].map(([name, value, ...query]) =>
        formWebhook(
          'an event',
          'events',
          { AccountSid: accountA, [`n${name}`]: value },
          query.map((part) => encodeURIComponent(part)).join('='),
        ),
      );
      if (first === undefined || second === undefined) throw new Error('there are two webhooks');
      const expected = signatureOf(first) === signatureOf(second) ? 1 : 2;
      expect(await storedOf([first, second])).toEqual({ events: expected, markers: expected });
    }),
    { numRuns: 100 },
  );
});
