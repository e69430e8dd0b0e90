import fc from 'fast-check';
import { chooseBy, cutOf } from '../../helpers/cuts';
import { startEventTable, type EventTable } from '../../helpers/event-table';
import { genuineWebhooks } from '../../helpers/genuine-webhooks';
import { accountA } from './fakes';
import { createGatewayOn, markersIn, signatureOf } from './gateway-on-table';

jest.setTimeout(120_000);

let table: EventTable;
beforeAll(async () => {
  table = await startEventTable();
});
afterAll(() => table.close());

const webhooks = genuineWebhooks(accountA);
/** What decides about up to eight cuts. */
const decisions = fc.array(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), {
  minLength: 1,
  maxLength: 8,
});

describe.each(webhooks)('$name', (webhook) => {
  test('leaves its rows and one marker, and no cut of it changes or adds one', async () => {
    let acceptedCuts = 0;
    await fc.assert(
      fc.asyncProperty(decisions, async (numbers) => {
        await table.clear();
        const { send, counts } = createGatewayOn(table);
        const signature = signatureOf(webhook);
        expect([200, 204]).toContain(await send(webhook, webhook.request, signature));
        const rows = await table.rows();
        expect(markersIn(rows)).toHaveLength(1);
        expect(rows).toHaveLength(webhook.rows + 1);
        let accepted = 0;
        for (const cut of numbers.map((some) => cutOf(webhook.request, chooseBy(some)))) {
          const status = await send(webhook, cut, signature);
          if (status < 300) accepted += 1;
          else expect([403, 415]).toContain(status);
          expect({ cut, rows: await table.rows() }).toEqual({ cut, rows });
        }
        expect((counts.OtherReading ?? 0) + (counts.Duplicate ?? 0)).toBe(accepted);
        acceptedCuts += accepted;
      }),
      { numRuns: 12 },
    );
    // A cut that is refused proves nothing.
    expect(acceptedCuts).toBeGreaterThan(12);
  });
});
