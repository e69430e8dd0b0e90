import type { ClaimResult, BreakerStore, OpenRow } from '../../../lambda/breaker/ports';
import { firing, now, strangerSid, subaccountSid } from './firings';

/** A store whose clock the suite holds. */
export type CreateStore = (now: () => number) => BreakerStore;

const signal = new AbortController().signal;
const minute = 60_000;

const open = (claim: ClaimResult): OpenRow => {
  if (claim.kind !== 'open') throw new Error(`the claim is ${claim.kind}`);
  return claim;
};

/** What every `BreakerStore` does. */
export const describeStore = (name: string, create: CreateStore): void => {
  describe(name, () => {
    let clock = now;
    let day = 0;
    const store = create(() => clock);
    let date: string;
    beforeEach(() => {
      clock = now;
      day += 1;
      // A row of its own for every test.
      date = new Date(Date.parse('2026-01-01') + day * 86_400_000).toISOString();
    });
    const delivery = (requestId: string, changes: Readonly<Record<string, string>> = {}) =>
      firing({ DateFired: date, ...changes }, { requestId, receivedAt: date });

    test('gives a new firing an open row', async () => {
      expect(await store.claim(delivery('a'), signal)).toMatchObject({ kind: 'open', decision: 'deciding' });
    });

    test('gives the same delivery its row again, with the steps that it has done', async () => {
      const row = open(await store.claim(delivery('a'), signal));
      await row.advance('suspending', subaccountSid);
      expect(await store.claim(delivery('a'), signal)).toMatchObject({
        kind: 'open',
        decision: 'suspending',
      });
      await row.advance('suspended', subaccountSid);
      expect(await store.claim(delivery('a'), signal)).toMatchObject({
        kind: 'open',
        decision: 'suspended',
      });
    });

    test('rejects a second delivery while the first one works, and accepts it when the lease has ended', async () => {
      const row = open(await store.claim(delivery('a'), signal));
      await row.advance('suspending', subaccountSid);
      expect(await store.claim(delivery('b'), signal)).toEqual({ kind: 'busy' });
      clock += 6 * minute;
      expect(await store.claim(delivery('b'), signal)).toMatchObject({
        kind: 'open',
        decision: 'suspending',
      });
      await expect(row.advance('suspended', subaccountSid)).rejects.toThrow();
    });

    test('gives a row to a second delivery at once if the first failed before it began to act', async () => {
      const row = open(await store.claim(delivery('a'), signal));
      await row.noteError('not confirmed');
      const other = open(await store.claim(delivery('b'), signal));
      expect(await store.claim(delivery('a'), signal)).toEqual({ kind: 'busy' });
      await other.advance('suspending', subaccountSid);
      await other.noteError('Twilio failed');
      expect(await store.claim(delivery('a'), signal)).toEqual({ kind: 'busy' });
      expect(await store.claim(delivery('b'), signal)).toMatchObject({ decision: 'suspending' });
    });

    test('never changes a verdict', async () => {
      const row = open(await store.claim(delivery('a'), signal));
      await row.decide({ decision: 'tripped', targetSid: subaccountSid, callsEnded: 1 });
      clock += 600 * minute;
      const decided = { kind: 'decided', decision: 'tripped', requestId: 'a' };
      expect(await store.claim(delivery('a'), signal)).toEqual(decided);
      expect(await store.claim(delivery('b'), signal)).toEqual(decided);
      await store.noteReplay(delivery('b'), signal);
      expect(await store.claim(delivery('c'), signal)).toEqual(decided);
    });

    test('allows a new decision about another delivery after a rejection, but not about the same one', async () => {
      const row = open(await store.claim(delivery('a'), signal));
      await row.decide({ decision: 'below_threshold', detail: 'text' });
      expect(await store.claim(delivery('a'), signal)).toMatchObject({
        kind: 'decided',
        decision: 'below_threshold',
      });
      const again = open(await store.claim(delivery('b'), signal));
      expect(again.decision).toBe('deciding');
      expect(await store.claim(delivery('c'), signal)).toEqual({ kind: 'busy' });
      await again.decide({ decision: 'tripped' });
      expect(await store.claim(delivery('c'), signal)).toEqual({
        kind: 'decided',
        decision: 'tripped',
        requestId: 'b',
      });
    });

    test('rejects a verdict of a delivery that has lost its row', async () => {
      const late = open(await store.claim(delivery('a'), signal));
      clock += 6 * minute;
      await open(await store.claim(delivery('b'), signal)).decide({ decision: 'tripped' });
      await late.decide({ decision: 'dry_run' });
      await late.noteError('a fault');
      expect(await store.claim(delivery('a'), signal)).toEqual({
        kind: 'decided',
        decision: 'tripped',
        requestId: 'b',
      });
    });

    test('has a row for each account, trigger and day', async () => {
      const triggerOfDay = `UT${String(day).padStart(32, '0')}`;
      await open(await store.claim(delivery('a', { UsageTriggerSid: triggerOfDay }), signal)).decide({
        decision: 'tripped',
      });
      await open(await store.claim(delivery('a'), signal)).decide({ decision: 'tripped' });
      const others: readonly Readonly<Record<string, string>>[] = [
        { AccountSid: strangerSid },
        { UsageTriggerSid: `UT${'7'.repeat(32)}` },
        // The day before.
        { DateFired: new Date(Date.parse(date) - 86_400_000).toISOString(), UsageTriggerSid: triggerOfDay },
        // Whoever can sign can send these, so none may take the row of a firing.
        { GatewayDrill: '1' },
        { DateFired: '2031-01-01' },
      ];
      for (const other of others) {
        expect(await store.claim(delivery('b', other), signal)).toMatchObject({ kind: 'open' });
      }
    });
  });
};
