import { newMessageSid, type Form } from '../../helpers/webhooks';
import type { Edge } from '../support/test-gateway';
import {
  consume,
  envelopeOf,
  expectDone,
  expectFailed,
  idsOf,
  messageRecords,
  recordsOf,
  statusEnvelope,
  type QueueRecord,
} from '../support/queue-records';
import { runCases } from '../support/run-cases';

/** Answers every write that contains one of the texts with an error of DynamoDB. */
const failWrites = (edge: Edge, type: string, texts: readonly string[] = ['']): void =>
  edge.dynamodb.decide(({ body }) =>
    texts.some((text) => body.includes(text))
      ? { kind: 'error', status: 400, type: `com.amazonaws.dynamodb.v20120810#${type}` }
      : { kind: 'pass' },
  );

const sidOf = ({ body }: QueueRecord): string => (JSON.parse(body) as { readonly eventId: string }).eventId;

const hotSize = 1_000;
/** Records of one invocation. */
const hotBatch = 100;

runCases('consumer/dynamodb', {
  'CON-D-THROTTLE': async (edge) => {
    for (const type of ['ProvisionedThroughputExceededException', 'ThrottlingException']) {
      const records = messageRecords(edge, 3);
      const throttled = records.slice(1, 2);
      failWrites(edge, type, throttled.map(sidOf));
      expect(await consume(edge, records)).toEqual(idsOf(throttled));
      await expectFailed(edge, throttled, type);
      await edge.expectEffects({ queued: 0, stored: 2 });
      edge.dynamodb.reset();
      expect(await consume(edge, throttled)).toEqual([]);
      await edge.expectEffects({ queued: 0, stored: 1 });
    }
  },

  'CON-D-DENIED': async (edge) => {
    const records = messageRecords(edge, 3);
    failWrites(edge, 'AccessDeniedException');
    expect(await consume(edge, records)).toEqual(idsOf(records));
    await expectFailed(edge, records, 'AccessDeniedException');
    await edge.expectEffects({ queued: 0, stored: 0 });
    // The alarm's metric.
    expect(await edge.log.counted('RecordFailed', 3)).toBe(3);
  },

  'CON-D-COND': async (edge) => {
    const form = edge.sms();
    expect(await consume(edge, recordsOf(envelopeOf(edge, 'message', form)))).toEqual([]);
    await edge.expectEffects({ queued: 0, stored: 1 });
    const again = recordsOf(envelopeOf(edge, 'message', form));
    expect(await consume(edge, again)).toEqual([]);
    await expectDone(edge, again, 'duplicate');
    await edge.expectEffects({ queued: 0, stored: 0 });
    expect(await edge.log.counted('Duplicate', 1)).toBe(1);
  },

  'CON-D-AMBIG': async (edge) => {
    edge.dynamodb.decide(({ earlier }) => ({ kind: earlier === 0 ? 'drop-answer' : 'pass' }));
    const form = edge.sms();
    const messages = recordsOf(envelopeOf(edge, 'message', form));
    expect(await consume(edge, messages)).toEqual([]);
    const [row] = await edge.expectEffects({ queued: 0, stored: 1 });
    expect(row).toMatchObject({ body: { S: form['Body'] }, status: { S: 'received' } });
    expect(edge.dynamodb.done('UpdateItem')).toBeGreaterThan(1);
    edge.dynamodb.reset();
    edge.dynamodb.decide(({ earlier }) => ({ kind: earlier === 0 ? 'drop-answer' : 'pass' }));
    const statuses = recordsOf(statusEnvelope(edge, newMessageSid(), 'delivered'));
    expect(await consume(edge, statuses)).toEqual([]);
    const rows = await edge.expectEffects({ queued: 0, stored: 2 });
    expect(rows.map((one) => one['status']?.S)).toEqual(['delivered', 'delivered']);
  },

  // The gateway uses no transactions, but one of another client can still fail a single write.
  'CON-D-TXN': async (edge) => {
    for (const type of ['TransactionConflictException', 'TransactionCanceledException']) {
      const records = messageRecords(edge, 1);
      failWrites(edge, type);
      expect(await consume(edge, records)).toEqual(idsOf(records));
      await expectFailed(edge, records, type);
      await edge.expectEffects({ queued: 0, stored: 0 });
      edge.dynamodb.reset();
      expect(await consume(edge, records)).toEqual([]);
      await edge.expectEffects({ queued: 0, stored: 1 });
    }
  },

  'CON-D-HOTKEY': async (edge) => {
    const one = newMessageSid();
    const half = hotSize / 2;
    const ofOneMessage = Array.from({ length: half }, (_, index): [string, string, Form] => [
      one,
      'undelivered',
      { ErrorCode: String(30_000 + index) },
    ]);
    const ofOneAccount = Array.from({ length: half }, (): [string, string, Form] => [newMessageSid(), 'sent', {}]);
    const envelopes = [...ofOneMessage, ...ofOneAccount].map((status) => statusEnvelope(edge, ...status));
    for (let from = 0; from < hotSize; from += hotBatch) {
      expect(await consume(edge, recordsOf(...envelopes.slice(from, from + hotBatch)))).toEqual([]);
    }
    // One history row for each status, and one item for each message.
    const rows = await edge.expectEffects({ queued: 0, stored: hotSize + 1 + half });
    expect(rows.filter(({ pk }) => pk?.S === `${edge.account.accountSid}#MESSAGE#${one}`)).toHaveLength(half + 1);
    const keys = new Set(edge.dynamodb.requests.map(({ body }) => /"pk":\{"S":"([^"]+)"\}/.exec(body)?.[1]));
    // No hot item: each write goes to its own message, or to the marker of its own text.
    const kinds = [...keys].map((key) => key?.split('#')[1]);
    expect(kinds.filter((kind) => kind === 'MESSAGE')).toHaveLength(1 + half);
    expect(kinds.filter((kind) => kind === 'TEXT')).toHaveLength(hotSize);
    expect(keys.size).toBe(1 + half + hotSize);
  },
});
