import {
  attributesOf,
  deadLetters,
  expectDeadLetter,
  expectDeadLetters,
  redrive,
  quickVisibility,
} from '../support/dead-letters';
import type { Edge } from '../support/test-gateway';
import { enqueue, envelopeOf } from '../support/queue-records';
import { runCases, withEdge } from '../support/run-cases';

const poisonBody = '{"schemaVersion":0}';
const maxReceiveCount = 5;

/** The receive counts that the consumer logged for a message. */
const receives = async (edge: Edge, messageId: string, count: number): Promise<readonly unknown[]> => {
  // Poison has two lines per receive: that it failed, and why.
  const lines = await edge.log.consumerLines(messageId, 2 * count);
  return lines.filter(({ reason }) => reason === 'record_failed').map(({ receiveCount }) => receiveCount);
};

runCases('consumer/dlq', {
  'CON-Q-MAX': async (edge) => {
    const { RedrivePolicy = '' } = await attributesOf(edge, 'events');
    expect(JSON.parse(RedrivePolicy)).toMatchObject({ maxReceiveCount });
    const messageId = await enqueue(edge, poisonBody);
    await expectDeadLetter(edge, messageId, poisonBody);
    expect(await receives(edge, messageId, maxReceiveCount)).toEqual([1, 2, 3, 4, 5]);
    expect(await edge.log.counted('PoisonEnvelope', maxReceiveCount)).toBe(maxReceiveCount);
    await edge.expectEffects({ queued: 0, stored: 0 });
    await expectDeadLetters(edge, 1);
  },

  'CON-Q-REDRIVE': async () => {
    await withEdge(quickVisibility, async (edge) => {
      // The bug: the function has no permission to write.
      edge.dynamodb.decide(() => ({ kind: 'error', status: 400, type: 'AccessDeniedException' }));
      const form = edge.sms();
      await enqueue(edge, envelopeOf(edge, 'message', form));
      await expectDeadLetters(edge, 1);
      expect(await edge.log.counted('RecordFailed', maxReceiveCount)).toBe(maxReceiveCount);
      expect(await edge.gateway.items()).toEqual([]);
      // Fixed.
      edge.dynamodb.reset();
      expect(await redrive(edge)).toBe(1);
      await expectDeadLetters(edge, 0);
      const rows = await edge.gateway.items();
      expect(rows).toMatchObject([{ body: { S: form['Body'] } }]);
    });
  },

  // The poison of the first case is still a dead letter, and is redriven.
  'CON-Q-REPOISON': async (edge) => {
    const before = await deadLetters(edge);
    expect(before).toHaveLength(1);
    expect(await redrive(edge)).toBe(1);
    await expectDeadLetters(edge, 1);
    const [again] = await deadLetters(edge);
    expect(again?.Body).toBe(poisonBody);
    expect(await receives(edge, again?.MessageId ?? '', maxReceiveCount)).toEqual([1, 2, 3, 4, 5]);
    // It became a dead letter again: no loop.
    expect(await edge.log.counted('PoisonEnvelope')).toBe(maxReceiveCount);
    await edge.expectEffects({ queued: 0, stored: 0 });
  },

  'CON-Q-RETENTION': async (edge) => {
    const source = await attributesOf(edge, 'events');
    const target = await attributesOf(edge, 'deadLetters');
    expect(Number(target['MessageRetentionPeriod'])).toBeGreaterThan(Number(source['MessageRetentionPeriod']));
    const sentAfter = Date.now();
    const messageId = await enqueue(edge, poisonBody);
    const sentBefore = Date.now();
    const letter = await expectDeadLetter(edge, messageId, poisonBody);
    // A dead letter keeps its message's age: with equal retention in both queues it would expire early.
    const sentAt = Number(letter.Attributes?.SentTimestamp);
    expect(sentAt).toBeGreaterThanOrEqual(sentAfter);
    expect(sentAt).toBeLessThanOrEqual(sentBefore);
    await edge.expectEffects({ queued: 0, stored: 0 });
  },
});
