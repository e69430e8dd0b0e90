import type { SQSEvent } from 'aws-lambda';
import type { Canary } from '../../../lambda/consumer/ports';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import { canaryParams } from '../../../lambda/shared/contract/canary';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { Envelope } from '../../../lambda/shared/payload/envelope';
import type { Params } from '../../../lambda/shared/payload/form';
import { createBatch } from '../../../lambda/shared/runtime/batch';
import { createInMemoryEventStore } from './in-memory-event-store';
import { accountSid, at, envelope, otherAccountSid, queueRecord } from './webhooks';

const formOf = (params: Params): Buffer =>
  Buffer.from(new URLSearchParams(params as Record<string, string>).toString());
const canaryEnvelope = (params: Params = canaryParams(accountSid, 'id-1'), varied: Partial<Envelope> = {}): Envelope =>
  envelope({ body: formOf(params), ...varied });

const consumer = (storeCanaries: boolean) => {
  const memory = createInMemoryEventStore();
  const canaries: Canary[] = [];
  const claimed: string[] = [];
  const reasons: string[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const batch = createBatch(
    consumerBatch({
      store: {
        ...memory,
        claimText: (text, signal) => {
          claimed.push(text.signedTextHash);
          return memory.claimText(text, signal);
        },
        storeCanary: (canary) => {
          canaries.push(canary);
          return Promise.resolve();
        },
      },
      changeVisibility: () => Promise.resolve(),
      log: (_, { reason }) => reasons.push(reason),
      metrics: { count: (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value) },
      storeCanaries,
    }),
  );
  const consume = async (sent: Envelope): Promise<number> => {
    // Only what the consumer reads of a record is there.
    const event = { Records: [queueRecord('r1', sent)] } as unknown as SQSEvent;
    return (await batch(event, { getRemainingTimeInMillis: () => 20_000 })).batchItemFailures.length;
  };
  return { consume, canaries, claimed, reasons, counts };
};

describe('a canary on the event queue', () => {
  it('is stored without a marker, and not counted', async () => {
    const { consume, canaries, claimed, reasons, counts } = consumer(true);
    const sent = canaryEnvelope();
    expect(await consume(sent)).toBe(0);
    expect(canaries).toEqual([{ accountSid, canaryId: 'id-1', requestId: sent.requestId, receivedAt: at(0) }]);
    expect({ claimed, reasons, counts }).toEqual({ claimed: [], reasons: ['canary_stored'], counts: {} });
  });

  it('is only acknowledged where nobody waits for it', async () => {
    const { consume, canaries, claimed, reasons, counts } = consumer(false);
    expect(await consume(canaryEnvelope())).toBe(0);
    expect({ canaries, claimed, reasons, counts }).toEqual({
      canaries: [],
      claimed: [],
      reasons: ['canary_dropped'],
      counts: {},
    });
  });

  it('is poison if it is for another account than its envelope', async () => {
    const { consume, canaries, reasons } = consumer(true);
    expect(await consume(canaryEnvelope(canaryParams(otherAccountSid, 'id-1')))).toBe(1);
    expect(canaries).toEqual([]);
    expect(reasons).toContain('poison_envelope');
  });

  it.each<[string, Envelope]>([
    ['no id', canaryEnvelope({ AccountSid: accountSid, EventType: 'gateway.canary' })],
    ['an id that could be another key', canaryEnvelope(canaryParams(accountSid, 'a#MESSAGE'))],
    ['another type', canaryEnvelope({ ...canaryParams(accountSid, 'id-1'), EventType: 'call.completed' })],
    ['much more than a canary', canaryEnvelope({ ...canaryParams(accountSid, 'id-1'), Note: 'x'.repeat(1024) })],
    ['two types', envelope({ body: Buffer.from(`AccountSid=${accountSid}&EventType=gateway.canary&EventType=a`) })],
  ])('is an ordinary event if it has %s', async (_, sent) => {
    const { consume, canaries, claimed, reasons, counts } = consumer(true);
    expect(await consume(sent)).toBe(0);
    expect(canaries).toEqual([]);
    expect(claimed).toHaveLength(1);
    expect({ reasons, counts }).toEqual({ reasons: ['record_stored'], counts: { RecordStored: 1 } });
  });
});
