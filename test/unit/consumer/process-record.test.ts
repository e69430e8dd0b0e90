import type { SQSEvent } from 'aws-lambda';
import { createBatch, type QueueRecord } from '../../../lambda/shared/runtime/batch';
import type { EventStore } from '../../../lambda/consumer/ports';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { LogFields, LogLevel } from '../../../lambda/shared/runtime/ports';
import { cloudEventId, usageEventId } from '../../../lambda/shared/contract/table';
import { createInMemoryEventStore } from './in-memory-event-store';
import {
  accountSid,
  at,
  from,
  jsonEnvelope,
  messageEnvelope,
  nextMessageSid,
  otherAccountSid,
  queueRecord,
  statusEnvelope,
  to,
  usageEnvelope,
} from './webhooks';

const named = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('text that may quote its input: hi'), { name, $metadata: { httpStatusCode } });

/** A consumer over the fake store; a record whose message SID is in `faults` fails with that fault. */
const consumer = (faults: Readonly<Record<string, Error>> = {}) => {
  const memory = createInMemoryEventStore();
  const lines: (LogFields & { readonly level: LogLevel })[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const retried: string[] = [];
  const hiddenSeconds: number[] = [];
  const notes: number[] = [];
  let eventsLeft = Infinity;
  let retryFault: Error | undefined;
  const failing =
    <T extends { readonly messageSid: string }, R>(store: (webhook: T, signal: AbortSignal) => Promise<R>) =>
    (webhook: T, signal: AbortSignal): Promise<R> => {
      const fault = faults[webhook.messageSid];
      return fault === undefined ? store(webhook, signal) : Promise.reject(fault);
    };
  const store: EventStore = {
    claimText: (text, signal) => memory.claimText(text, signal),
    saveProgress: (text, eventsStored, signal) => {
      notes.push(eventsStored);
      return memory.saveProgress(text, eventsStored, signal);
    },
    storeOptOut: failing((optOut, signal) => memory.storeOptOut(optOut, signal)),
    storeCanary: (canary, signal) => memory.storeCanary(canary, signal),
    storeMessage: failing((message, signal) => memory.storeMessage(message, signal)),
    storeStatus: failing((status, signal) => memory.storeStatus(status, signal)),
    storeEvent: (event, signal) => {
      if (eventsLeft === 0) return Promise.reject(named('AbortError', 0));
      eventsLeft -= 1;
      return memory.storeEvent(event, signal);
    },
  };
  const batch = createBatch(
    consumerBatch({
      store,
      changeVisibility: (receiptHandle, seconds) => {
        retried.push(receiptHandle);
        hiddenSeconds.push(seconds);
        return retryFault === undefined ? Promise.resolve() : Promise.reject(retryFault);
      },
      log: (level, fields) => lines.push({ level, ...fields }),
      metrics: {
        count: (name, value = 1) => {
          counts[name] = (counts[name] ?? 0) + value;
        },
      },
    }),
  );
  return {
    memory,
    lines,
    counts,
    retried,
    hiddenSeconds,
    notes,
    /** The number of events after which the time is over. */
    storeAtMost: (events: number) => {
      eventsLeft = events;
    },
    failRetries: (fault: Error) => {
      retryFault = fault;
    },
    consume: async (records: readonly QueueRecord[], remainingMs = 20_000): Promise<readonly string[]> => {
      // Only what the consumer reads of a record is there.
      const event = { Records: records } as unknown as SQSEvent;
      const answer = await batch(event, { getRemainingTimeInMillis: () => remainingMs });
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
};

describe('the consumer', () => {
  it('stores a message and says so in one line, without its text and numbers', async () => {
    const { consume, memory, lines, counts } = consumer();
    const sid = nextMessageSid();
    const message = messageEnvelope(sid, { Body: 'hi there' });
    expect(await consume([queueRecord('r1', message)])).toEqual([]);
    expect(await memory.readMessage(accountSid, sid)).toMatchObject({
      body: 'hi there',
      from,
      to,
      direction: 'inbound',
    });
    expect(counts).toEqual({ RecordStored: 1 });
    expect(lines).toEqual([
      {
        level: 'info',
        reason: 'record_stored',
        messageId: 'r1',
        requestId: message.requestId,
        eventId: sid,
      },
    ]);
  });

  it('counts a duplicate as a success, also twice in one batch', async () => {
    const { consume, counts, lines } = consumer();
    const message = messageEnvelope(nextMessageSid());
    expect(await consume([queueRecord('r1', message), queueRecord('r2', message)])).toEqual([]);
    expect(await consume([queueRecord('r3', message, 2)])).toEqual([]);
    expect(counts).toEqual({ RecordStored: 1, Duplicate: 2, Redelivered: 2 });
    expect(lines.map(({ reason }) => reason)).toEqual(['record_stored', 'duplicate', 'duplicate']);
  });

  it('stores nine of ten records of a batch, and fails only the poison one', async () => {
    const { consume, memory, counts } = consumer();
    const sids = Array.from({ length: 10 }, nextMessageSid);
    const records = sids.map((sid, index) => queueRecord(`r${index + 1}`, index === 3 ? '{' : messageEnvelope(sid)));
    expect(await consume(records)).toEqual(['r4']);
    const stored = await Promise.all(sids.map((sid) => memory.readMessage(accountSid, sid)));
    expect(stored.filter((message) => message !== undefined)).toHaveLength(9);
    expect(counts).toEqual({ RecordStored: 9, RecordFailed: 1, PoisonEnvelope: 1 });
  });

  it.each([
    ['a body that is not JSON', '{', 'not_json'],
    ['an envelope of the future', '{"schemaVersion":99}', 'unknown_version'],
    ['what another service put there', '{"Type":"Notification"}', 'not_an_envelope'],
    ['a polluting key', '{"__proto__":{"isAdmin":true}}', 'not_an_envelope'],
    ['an envelope with a field missing', '{"schemaVersion":1}', 'invalid_field'],
  ])('rejects %s: fails it, says why, and makes it receivable at once', async (_what, body, code) => {
    const { consume, lines, counts, retried, hiddenSeconds } = consumer();
    expect(await consume([queueRecord('r1', body, 3)])).toEqual(['r1']);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'error',
        reason: 'record_failed',
        messageId: 'r1',
        receiveCount: 3,
        errorName: 'PoisonEnvelopeError',
      }),
      expect.objectContaining({
        level: 'error',
        reason: 'poison_envelope',
        detail: expect.stringMatching(new RegExp(`^${code}: `)) as string,
        messageId: 'r1',
        receiveCount: 3,
      }),
    ]);
    expect(counts).toEqual({ RecordFailed: 1, PoisonEnvelope: 1 });
    expect(retried).toEqual(['handle of r1']);
    expect(hiddenSeconds).toEqual([0]);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('rejects poison just as well when it cannot be made receivable at once', async () => {
    const { consume, lines, failRetries } = consumer();
    failRetries(named('TimeoutError', 0));
    expect(await consume([queueRecord('r1', '{')])).toEqual(['r1']);
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      reason: 'retry_now_failed',
      errorName: 'TimeoutError',
    });
  });

  it('keeps two accounts apart that name the same message', async () => {
    const { consume, memory, counts } = consumer();
    const sid = nextMessageSid();
    const foreign = messageEnvelope(sid, { AccountSid: otherAccountSid, Body: 'theirs' });
    await consume([queueRecord('r1', { ...foreign, accountSid: otherAccountSid })]);
    expect(await consume([queueRecord('r2', messageEnvelope(sid, { Body: 'mine' }))])).toEqual([]);
    expect(await memory.readMessage(accountSid, sid)).toMatchObject({ body: 'mine' });
    expect(await memory.readMessage(otherAccountSid, sid)).toMatchObject({ body: 'theirs' });
    expect(counts).toEqual({ RecordStored: 2 });
  });

  it('keeps an opt-out before the message, so that a message without it is not stored', async () => {
    const { consume, memory } = consumer();
    const sid = nextMessageSid();
    const stop = queueRecord('r1', messageEnvelope(sid, { Body: 'stop', OptOutType: 'STOP' }));
    const denied = jest.spyOn(memory, 'storeOptOut').mockRejectedValueOnce(named('AccessDeniedException', 400));
    expect(await consume([stop])).toEqual(['r1']);
    expect(await memory.readMessage(accountSid, sid)).toBeUndefined();
    expect(await consume([stop])).toEqual([]);
    expect(denied).toHaveBeenCalledTimes(2);
    expect(await memory.readOptOut(accountSid, to, from)).toMatchObject({ state: 'STOP', messageSid: sid });
    expect(await memory.readMessage(accountSid, sid)).toMatchObject({ body: 'stop' });
  });

  it('keeps an opt-out that Twilio reports by the error of a status callback', async () => {
    const { consume, memory } = consumer();
    const refused = statusEnvelope(nextMessageSid(), 'failed', { From: to, To: from, ErrorCode: '21610' });
    expect(await consume([queueRecord('r1', refused)])).toEqual([]);
    expect(await memory.readOptOut(accountSid, to, from)).toMatchObject({ state: 'STOP', source: '21610' });
  });

  it('stores an unreadable webhook as an unrecognized event, logs why, and counts it', async () => {
    const { consume, memory, lines, counts } = consumer();
    const odd = messageEnvelope(nextMessageSid(), { MessageSid: undefined });
    expect(await consume([queueRecord('r1', odd)])).toEqual([]);
    expect(await memory.readEvent(accountSid, `EVENT#${odd.signedTextHash}`)).toMatchObject({
      kind: 'unrecognized',
      route: 'messages',
      reason: 'message_sid_missing',
      payload: odd.body.toString(),
    });
    expect(counts).toEqual({ RecordStored: 1, UnrecognizedWebhook: 1 });
    expect(lines).toMatchObject([{ level: 'warn', reason: 'unrecognized_webhook', detail: 'message_sid_missing' }]);
  });

  it('stores nothing of another reading of a text that was read before, and counts it', async () => {
    const { consume, memory, lines, counts } = consumer();
    const genuine = statusEnvelope(nextMessageSid(), 'undelivered', { ChannelStatusMessage: 'ErrorCode470' });
    const cut = {
      ...statusEnvelope(nextMessageSid(), 'undelivered', { ErrorCode: '470' }),
      signedTextHash: genuine.signedTextHash,
    };
    const later = { ...cut, receivedAt: at(5) };
    expect(await consume([queueRecord('r1', genuine)])).toEqual([]);
    expect(await consume([queueRecord('r2', later)])).toEqual([]);
    expect(await memory.readMessage(accountSid, messageSidOf(cut))).toBeUndefined();
    expect(counts).toEqual({ RecordStored: 1, OtherReading: 1 });
    expect(lines.at(-1)).toMatchObject({ level: 'error', reason: 'other_reading' });
  });

  it('rejects a reading that was received before the stored one, so that an operator sees it', async () => {
    const { consume, lines, counts } = consumer();
    const genuine = messageEnvelope(nextMessageSid());
    const cut = { ...messageEnvelope(nextMessageSid()), signedTextHash: genuine.signedTextHash };
    await consume([queueRecord('r1', { ...cut, receivedAt: at(5) })]);
    expect(await consume([queueRecord('r2', { ...genuine, receivedAt: at(4) })])).toEqual(['r2']);
    expect(counts).toEqual({ RecordStored: 1, RecordFailed: 1, PoisonEnvelope: 1 });
    expect(lines.at(-1)?.detail).toMatch(/^other_reading: /);
  });

  it('treats the same text of another request as a duplicate, also when its row is gone', async () => {
    const { consume, counts, lines } = consumer();
    const first = { ...messageEnvelope(nextMessageSid()), idempotencyToken: 'one' };
    await consume([queueRecord('r1', first)]);
    const again = { ...first, requestId: 'another request' };
    expect(await consume([queueRecord('r2', again)])).toEqual([]);
    expect(await consume([queueRecord('r3', { ...again, idempotencyToken: 'two' })])).toEqual([]);
    expect(counts).toEqual({ RecordStored: 1, Duplicate: 2, RepeatedText: 1 });
    expect(lines.map(({ reason }) => reason)).toEqual(['record_stored', 'duplicate', 'repeated_text']);
  });

  it('takes a backfill that describes a message differently the next time for the same one', async () => {
    const { consume, counts } = consumer();
    const messageSid = nextMessageSid();
    const backfill = { via: 'backfill', signedTextHash: 'b'.repeat(64) } as const;
    await consume([queueRecord('r1', { ...messageEnvelope(messageSid), ...backfill })]);
    const again = { ...messageEnvelope(messageSid, { SmsStatus: 'received' }), ...backfill };
    expect(await consume([queueRecord('r2', again)])).toEqual([]);
    expect(counts).toEqual({ RecordStored: 1, Duplicate: 1, BackfillReceived: 2 });
  });

  it('stores other content of a known id under its own key, and logs an error', async () => {
    const { consume, lines, counts } = consumer();
    const event = (data: number) => `{"specversion":"1.0","source":"/s","type":"t","id":"a","data":${data}}`;
    await consume([queueRecord('r1', jsonEnvelope(event(1)))]);
    expect(await consume([queueRecord('r2', jsonEnvelope(event(2)))])).toEqual([]);
    expect(await consume([queueRecord('r3', jsonEnvelope(`[${event(1)}]`))])).toEqual([]);
    expect(counts).toEqual({ RecordStored: 2, OtherContent: 1, Duplicate: 1 });
    expect(lines[1]).toMatchObject({ level: 'error', reason: 'other_content' });
  });

  it('counts other content of a batch that is cut off behind it', async () => {
    const { consume, counts, storeAtMost } = consumer();
    const event = (id: number, data: number) =>
      `{"specversion":"1.0","source":"/s","type":"t","id":"${id}","data":${data}}`;
    await consume([queueRecord('r1', jsonEnvelope(event(0, 1)))]);
    const batch = queueRecord('r2', jsonEnvelope(`[${Array.from({ length: 600 }, (_, id) => event(id, 2)).join()}]`));
    storeAtMost(510);
    expect(await consume([batch])).toEqual(['r2']);
    storeAtMost(Infinity);
    expect(await consume([batch])).toEqual([]);
    expect(counts.OtherContent).toBe(1);
  });

  it('rejects only the record that DynamoDB throttles, and leaves that to its visibility timeout', async () => {
    const [good, throttled] = [nextMessageSid(), nextMessageSid()];
    const { consume, memory, lines, retried } = consumer({ [throttled]: named('ThrottlingException', 400) });
    expect(
      await consume([queueRecord('r1', messageEnvelope(good)), queueRecord('r2', messageEnvelope(throttled), 2)]),
    ).toEqual(['r2']);
    expect(await memory.readMessage(accountSid, good)).toBeDefined();
    expect(retried).toEqual([]);
    expect(lines).toContainEqual({
      level: 'error',
      reason: 'record_failed',
      messageId: 'r2',
      receiveCount: 2,
      errorName: 'ThrottlingException',
      serviceStatus: 400,
    });
    expect(JSON.stringify(lines)).not.toMatch(/quote|\+1555/);
  });

  it('rejects all records when the table is denied', async () => {
    const sids = [nextMessageSid(), nextMessageSid(), nextMessageSid()];
    const { consume, counts } = consumer(
      Object.fromEntries(sids.map((sid) => [sid, named('AccessDeniedException', 400)])),
    );
    expect(await consume(sids.map((sid, index) => queueRecord(`r${index + 1}`, statusEnvelope(sid, 'sent'))))).toEqual([
      'r1',
      'r2',
      'r3',
    ]);
    expect(counts).toEqual({ RecordFailed: 3 });
  });

  it('rejects records that it has no time to begin, with a log line for each', async () => {
    const { consume, lines, counts } = consumer();
    const records = ['r1', 'r2'].map((id) => queueRecord(id, messageEnvelope(nextMessageSid())));
    expect(await consume(records, 400)).toEqual(['r1', 'r2']);
    expect(lines).toMatchObject([
      { reason: 'record_failed', messageId: 'r1', errorName: 'OutOfTimeError' },
      { reason: 'record_failed', messageId: 'r2', errorName: 'OutOfTimeError' },
    ]);
    expect(counts).toEqual({ RecordFailed: 2 });
  });

  it('works on ten records at once, and gives up in time to answer for all of them', async () => {
    jest.useFakeTimers();
    try {
      const { consume, memory } = consumer();
      let begun = 0;
      jest.spyOn(memory, 'claimText').mockImplementation((_text, signal) => {
        begun += 1;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(named('AbortError', 0)));
        });
      });
      const ids = Array.from({ length: 11 }, (_, index) => `r${index + 1}`);
      const answer = consume(
        ids.map((id) => queueRecord(id, messageEnvelope(nextMessageSid()))),
        1_500,
      );
      await jest.advanceTimersByTimeAsync(790);
      expect(begun).toBe(10);
      // 700 ms are left of the first ten's time.
      await jest.advanceTimersByTimeAsync(20);
      expect(begun).toBe(11);
      await jest.advanceTimersByTimeAsync(810);
      expect((await answer).toSorted()).toEqual(ids.toSorted());
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    [['delivered', 'failed'], 'delivered'],
    [['failed', 'delivered'], 'delivered'],
    [['undelivered', 'delivered'], 'delivered'],
    [['read', 'failed', 'failed'], 'read'],
  ])('counts the conflict of %j once and ends in %s', async (order, final) => {
    const { consume, memory, counts } = consumer();
    const sid = nextMessageSid();
    for (const status of order) expect(await consume([queueRecord('r', statusEnvelope(sid, status))])).toEqual([]);
    expect(await memory.readMessage(accountSid, sid)).toMatchObject({ status: final });
    expect(await memory.readHistory(accountSid, sid)).toHaveLength(2);
    expect(counts.StatusConflict).toBe(1);
  });

  it('counts no conflict while a message moves on', async () => {
    const { consume, counts } = consumer();
    const sid = nextMessageSid();
    for (const status of ['delivered', 'queued', 'sent', 'read'])
      await consume([queueRecord('r', statusEnvelope(sid, status))]);
    expect(counts).toEqual({ RecordStored: 4 });
  });

  it('keeps an unknown status, counts it once, and changes no status', async () => {
    const { consume, memory, counts } = consumer();
    const sid = nextMessageSid();
    for (const status of ['sent', 'teleported', 'teleported']) {
      expect(await consume([queueRecord('r', statusEnvelope(sid, status))])).toEqual([]);
    }
    expect(await memory.readMessage(accountSid, sid)).toMatchObject({ status: 'sent' });
    expect(await memory.readHistory(accountSid, sid)).toHaveLength(2);
    expect(counts).toEqual({ RecordStored: 2, Duplicate: 1, UnknownStatus: 1 });
  });

  const cloudEvent = (id: string) => `{"specversion":"1.0","source":"/s","type":"t","id":"${id}"}`;

  it('stores each event of a batch of Event Streams, and on redelivery those that were missing', async () => {
    const { consume, memory, counts } = consumer();
    await consume([queueRecord('r1', jsonEnvelope(cloudEvent('b')))]);
    const many = Array.from({ length: 40 }, (_, index) => cloudEvent(String(index))).join(',');
    const batch = jsonEnvelope(`[${cloudEvent('b')},${many}]`);
    expect(await consume([queueRecord('r2', batch)])).toEqual([]);
    expect(await consume([queueRecord('r2', batch)])).toEqual([]);
    expect(await memory.readEvent(accountSid, cloudEventId('/s', '39'))).toMatchObject({
      payload: cloudEvent('39'),
    });
    expect(counts).toEqual({ RecordStored: 2, Duplicate: 1, Redelivered: 1 });
  });

  it('continues after the events that an earlier receive has stored', async () => {
    const { consume, memory, notes, storeAtMost } = consumer();
    const batch = jsonEnvelope(`[${Array.from({ length: 1_200 }, (_, index) => cloudEvent(String(index))).join(',')}]`);
    storeAtMost(1_100);
    expect(await consume([queueRecord('r1', batch)])).toEqual(['r1']);
    expect(notes.at(-1)).toBe(1_100);
    // Fewer than the batch has, but enough for what is left.
    storeAtMost(200);
    expect(await consume([queueRecord('r1', batch, 2)])).toEqual([]);
    expect(await memory.readEvent(accountSid, cloudEventId('/s', '1199'))).toBeDefined();
  });

  it('stores a usage trigger under its token', async () => {
    const { consume, memory } = consumer();
    const usage = usageEnvelope('token-1');
    expect(await consume([queueRecord('r1', usage)])).toEqual([]);
    expect(await memory.readEvent(accountSid, usageEventId('token-1'))).toMatchObject({ kind: 'usage' });
  });
});

const messageSidOf = ({ body }: { readonly body: Buffer }): string =>
  new URLSearchParams(body.toString()).get('MessageSid') ?? '';
