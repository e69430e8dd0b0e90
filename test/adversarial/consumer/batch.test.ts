import { devAssembly } from '../../helpers/assembly';
import type { Edge } from '../support/test-gateway';
import { expectDeadLetters, quickVisibility } from '../support/dead-letters';
import { eventually } from '../support/eventually';
import {
  consume,
  enqueue,
  envelopeOf,
  expectDone,
  expectFailed,
  idsOf,
  messageRecords,
  recordsOf,
  type QueueRecord,
} from '../support/queue-records';
import { runCases, withEdge } from '../support/run-cases';
import { withProperties } from '../../helpers/stack-facts';

const poisonBody = '{"schemaVersion":0}';

/** A gateway whose consumer has this timeout. The timeout determines the remaining time that the consumer sees. */
const withTimeout = (seconds: number, use: (edge: Edge) => Promise<void>) =>
  withEdge(
    {
      assembly: (assembly) => withProperties(assembly, 'AWS::Lambda::Function', /^Consumer/, { Timeout: seconds }),
    },
    use,
  );

/** DynamoDB never answers the writes of these records. */
const hangWritesOf = (edge: Edge, records: readonly QueueRecord[]): void => {
  const sids = records.map(({ body }) => (JSON.parse(body) as { readonly eventId: string }).eventId);
  edge.dynamodb.decide(({ body }) => ({ kind: sids.some((sid) => body.includes(sid)) ? 'hang' : 'pass' }));
};

runCases('consumer/batch', {
  'CON-B-PARTIAL': async (edge) => {
    const good = messageRecords(edge, 9);
    const [poison] = recordsOf(poisonBody);
    const records = [...good.slice(0, 3), ...(poison === undefined ? [] : [poison]), ...good.slice(3)];
    expect(records).toHaveLength(10);
    expect(await consume(edge, records)).toEqual([poison?.messageId]);
    await expectFailed(edge, recordsOf().concat(poison ?? []), 'PoisonEnvelopeError');
    await expectDone(edge, good);
    await edge.expectEffects({ queued: 0, stored: 9 });
  },

  'CON-B-ALLFAIL': async (edge) => {
    const records = recordsOf(poisonBody, poisonBody, poisonBody);
    expect(await consume(edge, records)).toEqual(idsOf(records));
    await expectFailed(edge, records, 'PoisonEnvelopeError');
    await edge.expectEffects({ queued: 0, stored: 0 });
  },

  'CON-B-DUP': async (edge) => {
    const envelope = envelopeOf(edge, 'message', edge.sms());
    const records = recordsOf(envelope, envelope);
    expect(await consume(edge, records)).toEqual([]);
    await edge.expectEffects({ queued: 0, stored: 1 });
    expect(await edge.log.counted('Duplicate', 1)).toBe(1);
    expect(await edge.log.counted('RecordStored', 1)).toBe(1);
  },

  'CON-B-DUPPAR': async (edge) => {
    const records = messageRecords(edge, 5);
    expect(await Promise.all([consume(edge, records), consume(edge, records)])).toEqual([[], []]);
    await edge.expectEffects({ queued: 0, stored: 5 });
    expect(await edge.log.counted('Duplicate', 5)).toBe(5);
    expect(await edge.log.counted('RecordStored', 5)).toBe(5);
  },

  'CON-B-TIMEOUT': async () => {
    await withTimeout(4, async (edge) => {
      expect(await consume(edge, [])).toEqual([]); // Warm up: locally a cold start uses the function's time.
      const records = messageRecords(edge, 10);
      const [begun, stuck] = [records.slice(0, 3), records.slice(3)];
      hangWritesOf(edge, stuck);
      expect(await consume(edge, records)).toEqual(idsOf(stuck));
      await expectDone(edge, begun);
      for (const { messageId } of stuck) {
        expect(await edge.log.consumerLines(messageId)).toMatchObject([{ reason: 'record_failed', receiveCount: 1 }]);
      }
      await edge.expectEffects({ queued: 0, stored: 3 });
      edge.dynamodb.reset();
      expect(await consume(edge, records)).toEqual([]);
      await edge.expectEffects({ queued: 0, stored: 7 });
      expect(await edge.log.counted('Duplicate', 3)).toBe(3);
    });
    // The consumer begins a record only with 1.5 s left. With less, it reports every record and tries none.
    await withTimeout(1.4, async (edge) => {
      const records = messageRecords(edge, 10);
      expect(await consume(edge, records)).toEqual(idsOf(records));
      await expectFailed(edge, records, 'OutOfTimeError');
      await edge.expectEffects({ queued: 0, stored: 0 });
      expect(edge.dynamodb.calls).toEqual([]);
    });
  },

  'CON-B-KILL': async () => {
    // The consumer is killed after its first write (the marker of the signed text) or its second (the message).
    for (const writes of [1, 2]) {
      await withEdge(quickVisibility, async (edge) => {
        const storedItems = async () => [...(await edge.gateway.items()), ...(await edge.gateway.markers())];
        edge.dynamodb.decide(({ earlier }) => ({ kind: earlier < writes - 1 ? 'pass' : 'hold-answer' }));
        await enqueue(edge, envelopeOf(edge, 'message', edge.sms()));
        await eventually(async () => {
          expect(await storedItems()).toHaveLength(writes);
          expect(edge.dynamodb.done('UpdateItem')).toBeGreaterThanOrEqual(writes);
        });
        const written = await storedItems();
        // Ends the environments immediately, as SIGKILL would; the pool starts new ones.
        await edge.gateway.gateway.functionNamed('Consumer').close();
        edge.dynamodb.decide(() => ({ kind: 'pass' }));
        await edge.gateway.settled();
        const stored = await storedItems();
        expect(stored).toHaveLength(2);
        expect(stored).toEqual(expect.arrayContaining(written));
        // A record is not counted if the environment stored it, but ended before it wrote the metric.
        expect(await edge.log.counted('RecordStored', 2 - writes)).toBe(2 - writes);
        expect(await edge.log.counted('Duplicate', writes - 1)).toBeGreaterThanOrEqual(writes - 1);
        await expectDeadLetters(edge, 0);
      });
    }
  },

  'CON-B-ORDERLEAK': async (edge) => {
    const poisoned = recordsOf(poisonBody, envelopeOf(edge, 'message', edge.sms()));
    expect(await consume(edge, poisoned)).toEqual(idsOf(poisoned.slice(0, 1)));
    expect(await consume(edge, messageRecords(edge, 2))).toEqual([]);
    const second = recordsOf(envelopeOf(edge, 'message', edge.sms()), poisonBody);
    expect(await consume(edge, second)).toEqual(idsOf(second.slice(1)));
    await edge.expectEffects({ queued: 0, stored: 4 });
    expect(await edge.log.counted('RecordFailed', 2)).toBe(2);
  },
});

test('the consumer in the template has a longer timeout than in these cases', () => {
  const [consumer] = Object.entries(devAssembly().template.Resources).filter(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('Consumer'),
  );
  expect(consumer?.[1].Properties?.['Timeout']).toBeGreaterThan(4);
});
