import * as fc from 'fast-check';
import { createHarness } from './breaker-harness';
import { firing, now, subaccountSid, triggerSid, usageMessage } from './firings';

describe('a date that cannot be used', () => {
  test.each([
    ['date_unreadable', undefined],
    ['date_unreadable', 'Sun, 22 '],
    ['date_out_of_range', 'Fri, 20 Nov 2026 09:59:59 +0000'],
    ['date_out_of_range', '2027-11-22'],
  ])('rejects it as %s: %s', async (decision, DateFired) => {
    const harness = createHarness();
    expect(await harness.deliver(usageMessage({ DateFired }))).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.calls).toEqual([]);
    expect(harness.row().decision).toBe(decision);
    expect(harness.logs).toMatchObject([{ level: 'error', reason: 'breaker_decision' }]);
    expect(harness.counted).toEqual({ BreakerSuppressed: 1 });
  });

  test('rejects firings that are dated up to a year ahead, and acts on the genuine firing of each day', async () => {
    const harness = createHarness();
    const dayMs = 86_400_000;
    const days = Array.from({ length: 365 }, (_, at) => new Date(Date.parse('2026-11-25') + at * dayMs));
    for (const [at, day] of days.entries()) {
      await harness.receive(usageMessage({ DateFired: day.toUTCString() }, { requestId: `ahead-${at}` }));
    }
    expect(harness.counted).toEqual({ BreakerSuppressed: days.length });
    for (const [at, day] of days.entries()) {
      harness.clock = day.getTime() + dayMs / 2;
      harness.twilio.statuses.set(subaccountSid, 'active');
      const receivedAt = new Date(harness.clock).toISOString();
      await harness.receive(usageMessage({ DateFired: receivedAt }, { requestId: `genuine-${at}`, receivedAt }));
    }
    expect(harness.counted).toEqual({ BreakerSuppressed: days.length, BreakerTripped: days.length });
  });

  test('is compared with the time of arrival, so that a dead letter that is redriven after weeks is accepted', async () => {
    const harness = createHarness();
    harness.clock = now + 14 * 86_400_000;
    await harness.deliver();
    expect(harness.row().decision).toBe('tripped');
  });
});

describe('the day of a firing', () => {
  test.each([
    ['Sun, 22 Nov 2026 23:59:59 +0000', '2026-11-22'],
    ['Sun, 1 Nov 2026 00:00:00 GMT', '2026-11-01'],
    ['2026-11-22', '2026-11-22'],
    ['2026-11-22T10:00:00Z', '2026-11-22'],
  ])('is read from %s', (dateFired, day) => {
    const read = firing({ DateFired: dateFired }, { receivedAt: `${day}T10:00:01.000Z` });
    expect(read.dateFired).toEqual({ kind: 'ok', day });
    expect(read.sortKey).toBe(`BREAKER#${day}#${triggerSid}`);
  });

  test.each([
    '',
    'Sun, 22 ',
    'Sun, 22 Nov 2026',
    'Sun, 99 Nov 2026 10:00:00 +0000',
    '2026-13-45',
    '1',
    'Sun, 22 Nov 2026 10:00:00 +0500',
  ])('rejects %j', (dateFired) => {
    const read = firing({ DateFired: dateFired });
    expect(read.dateFired).toEqual({ kind: 'date_unreadable' });
    expect(read.sortKey).toBe(`BREAKER#2026-11-22#${triggerSid}#UNDATED`);
  });

  test.each([
    ['Fri, 20 Nov 2026 10:00:01 +0000', 'ok'],
    ['Tue, 24 Nov 2026 10:00:01 +0000', 'ok'],
    ['Fri, 20 Nov 2026 10:00:00 +0000', 'date_out_of_range'],
    ['Tue, 24 Nov 2026 10:00:02 +0000', 'date_out_of_range'],
    ['Mon, 22 Nov 2027 10:00:00 +0000', 'date_out_of_range'],
    ['2126-11-22', 'date_out_of_range'],
    ['1970-01-01', 'date_out_of_range'],
  ])('is accepted within two days of the arrival: %s is %s', (dateFired, kind) => {
    expect(firing({ DateFired: dateFired }).dateFired.kind).toBe(kind);
  });

  test('is not in the key of the row if it is out of range, so that the row of that day stays free', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }), (date) => {
        const day = date.toISOString().slice(0, 10);
        const genuine = firing({ DateFired: day }, { receivedAt: `${day}T10:00:01.000Z` });
        const other = firing({ DateFired: date.toUTCString() });
        const isNear = Math.abs(date.getTime() - Date.parse(other.receivedAt)) <= 2 * 86_400_000;
        expect(other.sortKey === genuine.sortKey).toBe(isNear);
      }),
    );
  });
});
