import * as fc from 'fast-check';
import type { EventStore, OptOut } from '../../../lambda/consumer/ports';
import { disordered, type TestableEventStore } from './event-store-contract';
import { createInMemoryEventStore } from './in-memory-event-store';
import { accountSid, at, nextMessageSid, otherAccountSid } from './webhooks';

const signal = new AbortController().signal;
const own = '+15550100002';

let people = 0;
/** A number that no other test of the process has. */
const nextPerson = (): string => {
  people += 1;
  return `+155501${50_000 + people}`;
};

export const optOut = (varied: Partial<OptOut> & { readonly person: string }): OptOut => ({
  accountSid,
  requestId: `request of ${varied.changedAt ?? at(0)}`,
  own,
  state: 'STOP',
  source: 'OptOutType',
  changedAt: at(0),
  messageSid: nextMessageSid(),
  from: varied.person,
  to: own,
  ...varied,
});

/** The part of the contract of every `EventStore` that is about opt-outs. */
export const describeOptOuts = (
  name: string,
  createStore: () => Promise<EventStore & TestableEventStore>,
  numRuns: number,
): void => {
  describe(`the opt-out register (${name})`, () => {
    let store: EventStore & TestableEventStore;
    beforeAll(async () => {
      store = await createStore();
    });

    it('has the choice that was received last, whichever is stored last', async () => {
      const person = nextPerson();
      const stop = optOut({ person, changedAt: at(1) });
      const start = optOut({ person, changedAt: at(2), state: 'START' });
      await store.storeOptOut(start, signal);
      await store.storeOptOut(stop, signal);
      await store.storeOptOut(start, signal);
      expect(await store.readOptOut(accountSid, own, person)).toEqual({
        state: 'START',
        source: 'OptOutType',
        changedAt: at(2),
        messageSid: start.messageSid,
        from: person,
        to: own,
      });
    });

    it('keeps accounts, messaging services, own addresses and people apart', async () => {
      const person = nextPerson();
      const service = `MG${'5'.repeat(32)}`;
      await store.storeOptOut(optOut({ person }), signal);
      await store.storeOptOut(optOut({ person, own: service, state: 'START' }), signal);
      expect(await store.readOptOut(accountSid, own, person)).toMatchObject({ state: 'STOP' });
      expect(await store.readOptOut(accountSid, service, person)).toMatchObject({ state: 'START' });
      expect(await store.readOptOut(otherAccountSid, own, person)).toBeUndefined();
      expect(await store.readOptOut(accountSid, own, `whatsapp:${person}`)).toBeUndefined();
    });

    it('takes addresses that are longer than a key, or have its separator', async () => {
      const long = `sip:${'ü'.repeat(3000)}@example.com`;
      await store.storeOptOut(optOut({ person: long }), signal);
      await store.storeOptOut(optOut({ person: 'c', own: 'a#b' }), signal);
      await store.storeOptOut(optOut({ person: 'b#c', own: 'a', state: 'START' }), signal);
      expect(await store.readOptOut(accountSid, own, long)).toMatchObject({ from: long, state: 'STOP' });
      expect(await store.readOptOut(accountSid, 'a#b', 'c')).toMatchObject({ state: 'STOP' });
      expect(await store.readOptOut(accountSid, 'a', 'b#c')).toMatchObject({ state: 'START' });
    });

    it('is the same for every order of arrival, with duplicates', async () => {
      const choices = fc
        .array(
          fc.record({
            state: fc.constantFrom('STOP', 'START'),
            source: fc.constantFrom('OptOutType', '21610'),
            changedAt: fc.integer({ min: 0, max: 3 }).map(at),
            requestId: fc.integer({ min: 0, max: 9999 }).map((n) => `r${n}`),
          }),
          { minLength: 1, maxLength: 6 },
        )
        // One request is one delivery: it has one id.
        .filter((all) => new Set(all.map(({ requestId }) => requestId)).size === all.length);
      await fc.assert(
        fc.asyncProperty(
          choices.chain((all) => fc.tuple(fc.constant(all), disordered(all))),
          async ([all, arrived]) => {
            const person = nextPerson();
            const messageSid = nextMessageSid();
            const model = createInMemoryEventStore();
            const said = (choice: (typeof all)[number]): OptOut => optOut({ person, messageSid, ...choice });
            for (const choice of all) await model.storeOptOut(said(choice), signal);
            for (const choice of arrived) await store.storeOptOut(said(choice), signal);
            expect(await store.readOptOut(accountSid, own, person)).toEqual(
              await model.readOptOut(accountSid, own, person),
            );
          },
        ),
        { numRuns },
      );
    });
  });
};
