import { PermanentError } from '../../../lambda/handlers/permanent-error';
import { idempotencyKey } from '../../../lambda/handlers/read-event';
import type { HandlerPorts } from '../../../lambda/handlers/ports';
import { statusChanged } from '../../../lambda/handlers/testing';
import { handle, memoryPorts, memoryStore, messageEvent, recordOf } from './fixture';

const event = messageEvent(1, 'a text of +15550100');
const done = () => Promise.resolve();
const fail = (error: Error) => () => Promise.reject(error);

describe('an event', () => {
  test('is handled with its data, and reported with ids and without content', async () => {
    const { ports, outcomes, counts, lines } = memoryPorts();
    const messageAttributes = { requestId: { dataType: 'String', stringValue: 'request-1' } };
    const record = { ...recordOf(event, 'm1', 'g'), messageAttributes };
    const returned = await handle(ports, [record], (got, { log }) => {
      expect(got).toEqual(event);
      log('looked up', { found: true, eventId: 'hidden' });
      return Promise.resolve();
    });
    expect(returned).toEqual([]);
    const ids = { requestId: 'request-1', eventId: event.id, messageSid: event.subject, receiveCount: 2 };
    expect(outcomes).toEqual([{ level: 'info', reason: 'handled', ...ids, durationMs: expect.any(Number) }]);
    expect(lines).toEqual([{ message: 'looked up', fields: { found: true, ...ids } }]);
    expect(counts).toEqual(['HandlerSucceeded']);
    expect(JSON.stringify(outcomes)).not.toMatch(/\+1555|a text/);
  });

  test('is found in the JSON of SNS as well, where a subscription has no raw delivery', async () => {
    const { ports } = memoryPorts();
    const seen: unknown[] = [];
    const body = JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message: JSON.stringify(event) });
    await handle(ports, [recordOf(body, 'm1')], (got) => Promise.resolve(seen.push(got)));
    expect(seen).toEqual([event]);
  });

  test.each([
    ['text that is not JSON', '{', 'not an event of the gateway'],
    ['JSON that is not an event', '[]', 'not an event of the gateway'],
    ['an event without id', JSON.stringify({ ...event, id: '' }), 'not an event of the gateway'],
    ["another system's type", JSON.stringify({ ...event, type: 'com.twilio.x' }), 'not an event of the gateway'],
    ['data that is a text', JSON.stringify({ ...event, data: 'x' }), 'not an event of the gateway'],
    ['an event of another type', JSON.stringify(statusChanged()), 'an event of another type'],
    ['an event without data', JSON.stringify({ ...event, data: undefined }), 'an event without data'],
  ])('becomes a dead letter at once, with the reason: %s', async (_what, body, detail) => {
    const { ports, outcomes, counts, deadLetters } = memoryPorts();
    let runs = 0;
    const returned = await handle(ports, [recordOf(body, 'm1', 'g')], () => Promise.resolve((runs += 1)));
    expect([runs, returned, deadLetters.map(({ messageId }) => messageId)]).toEqual([0, [], ['m1']]);
    expect(outcomes).toMatchObject([{ level: 'error', reason: 'dead_letter', detail, messageId: 'm1' }]);
    expect(counts).toEqual(['HandlerDeadLettered']);
  });

  test('without data is handled where the handler says that data is optional', async () => {
    const { ports } = memoryPorts();
    const { data, ...reference } = event;
    const seen: unknown[] = [];
    await handle(ports, [recordOf(reference, 'm1')], (got) => Promise.resolve(seen.push(got)), { data: 'optional' });
    expect(data.body).toBeDefined();
    expect(seen).toEqual([reference]);
  });

  test('fails with the name and the place of the error, never its message', async () => {
    const { ports, outcomes, counts } = memoryPorts();
    const error = new RangeError('+15550100 wrote\n    at spy (/x/15550100.ts:1:1)');
    expect(await handle(ports, [recordOf(event, 'm1')], fail(error))).toEqual(['m1']);
    expect(outcomes).toMatchObject([{ reason: 'failed', errorName: 'RangeError', receiveCount: 2 }]);
    expect(outcomes[0]?.detail).toMatch(/^thrown at handle-record\.test\.ts:\d+$/);
    expect(JSON.stringify(outcomes)).not.toContain('15550100');
    expect(counts).toEqual(['HandlerFailed']);
  });

  test('that fails does not fail its batch, for any value that the handler throws', async () => {
    for (const thrown of [undefined, null, 'text', Object.create(null)] as unknown[]) {
      const { ports, outcomes } = memoryPorts();
      const returned = await handle(ports, [recordOf(event, 'm1'), recordOf(messageEvent(2), 'm2')], ({ id }) => {
        if (id === event.id) throw thrown;
        return Promise.resolve();
      });
      expect(returned).toEqual(['m1']);
      expect(outcomes.map(({ reason }) => reason).sort()).toEqual(['failed', 'handled']);
    }
  });
});

describe('a PermanentError', () => {
  const never = fail(new PermanentError('no such customer'));

  test('moves the message to the dead-letter queue, and a redrive runs it again', async () => {
    const { ports, outcomes, deadLetters } = memoryPorts();
    expect(await handle(ports, [recordOf(event, 'm1', 'g')], never)).toEqual([]);
    expect(deadLetters).toEqual([{ messageId: 'm1', id: event.id }]);
    expect(outcomes).toMatchObject([
      { reason: 'dead_letter', detail: 'no such customer', errorName: 'PermanentError' },
    ]);
    let runs = 0;
    expect(await handle(ports, [recordOf(event, 'm2', 'g')], () => Promise.resolve((runs += 1)))).toEqual([]);
    expect(runs).toBe(1);
  });

  test('is retried where the dead-letter queue refuses the message, and the rest of the group waits', async () => {
    const { ports, outcomes, counts } = memoryPorts({ deadLetter: fail(new Error('down')) });
    const records = [recordOf(event, 'm1', 'g'), recordOf(messageEvent(2), 'm2', 'g')];
    expect(await handle(ports, records, never)).toEqual(['m1', 'm2']);
    expect(outcomes).toMatchObject([{ reason: 'failed', errorName: 'Error' }]);
    expect(counts).toEqual(['HandlerFailed']);
  });

  test('is retried where the dead-letter queue does not answer in time', async () => {
    const { ports, outcomes } = memoryPorts({ deadLetter: () => new Promise(() => undefined) });
    let leftMs = 30_000;
    const work = () => {
      leftMs = 300;
      return never();
    };
    expect(await handle(ports, [recordOf(event, 'm1')], work, { remainingMs: () => leftMs })).toEqual(['m1']);
    expect(outcomes).toMatchObject([{ reason: 'failed' }]);
  });
});

describe('the deadline', () => {
  test('aborts the signal, and an event whose handler goes on has failed', async () => {
    let nowMs = Date.now();
    const { ports, outcomes } = memoryPorts({ idempotency: memoryStore(() => nowMs) });
    const endsAt = Date.now() + 2_510;
    // The time passes faster than the clock: the handler gets 10 ms.
    let asked = 0;
    const remainingMs = () => ((asked += 1) === 1 ? endsAt - Date.now() : 1_600);
    const startedAt = Date.now();
    let abortedAfterMs: number | undefined;
    const returned = await handle(
      ports,
      [recordOf(event, 'm1')],
      (_event, { signal }) => {
        signal.addEventListener('abort', () => (abortedAfterMs = Date.now() - startedAt));
        return new Promise(() => undefined);
      },
      { remainingMs },
    );
    expect(returned).toEqual(['m1']);
    // 1.5 s before the end: 1.6 s were left.
    expect(abortedAfterMs).toBeLessThan(1_000);
    expect(outcomes).toMatchObject([{ reason: 'failed', detail: 'the handler did not end in time' }]);
    // It goes on until Lambda ends the invocation: until then no copy of the event is begun.
    expect(await handle(ports, [recordOf(event, 'm1')], done)).toEqual(['m1']);
    nowMs = endsAt + 1_000;
    expect(await handle(ports, [recordOf(event, 'm1')], done)).toEqual([]);
  });
});

describe('an event that was handled', () => {
  test('does not run again', async () => {
    const { ports, outcomes, counts } = memoryPorts();
    let runs = 0;
    const work = () => Promise.resolve((runs += 1));
    for (const id of ['m1', 'm2', 'm3']) expect(await handle(ports, [recordOf(event, id)], work)).toEqual([]);
    expect(runs).toBe(1);
    expect(outcomes.map(({ reason }) => reason)).toEqual(['handled', 'duplicate', 'duplicate']);
    expect(counts).toEqual(['HandlerSucceeded', 'HandlerDuplicate', 'HandlerDuplicate']);
  });

  test('runs again after a crash between the effect and the record: at least once', async () => {
    let nowMs = Date.now();
    const store = memoryStore(() => nowMs);
    let runs = 0;
    const work = () => Promise.resolve((runs += 1));
    // Lambda ends the function before the record: nothing is answered, and the claim stays.
    let end: () => void = () => undefined;
    const finish = () => new Promise<void>((resolve) => (end = resolve));
    const crashed = handle(memoryPorts({ idempotency: { ...store, finish } }).ports, [recordOf(event, 'm1')], work);
    await new Promise(setImmediate);
    expect(runs).toBe(1);

    const { ports, outcomes } = memoryPorts({ idempotency: store });
    expect(await handle(ports, [recordOf(event, 'm1')], work)).toEqual(['m1']);
    expect(outcomes).toMatchObject([{ reason: 'failed', detail: 'another try of this event may still run' }]);
    nowMs += 31_000;
    expect(await handle(ports, [recordOf(event, 'm1')], work)).toEqual([]);
    expect(runs).toBe(2);
    end();
    await crashed;
  });

  test('is deleted with a warning if it cannot be recorded as handled', async () => {
    const idempotency = { ...memoryStore(), finish: fail(new Error('throttled')) };
    const { ports, outcomes } = memoryPorts({ idempotency });
    expect(await handle(ports, [recordOf(event, 'm1')], done)).toEqual([]);
    expect(outcomes).toMatchObject([{ level: 'warn', reason: 'handled' }]);
  });
});

test('an error whose message is not a text fails its event, and nothing else', async () => {
  const { ports, outcomes } = memoryPorts();
  const odd = Object.assign(new Error('odd'), { message: 5 as unknown as string });
  expect(await handle(ports, [recordOf(event, 'm1')], fail(odd))).toEqual(['m1']);
  expect(outcomes).toMatchObject([{ reason: 'failed', errorName: 'Error' }]);
});

describe('the idempotency store', () => {
  test('that fails keeps the handler from running, and the message is retried', async () => {
    const { ports, outcomes } = memoryPorts({ idempotency: { ...memoryStore(), begin: fail(new Error('down')) } });
    let runs = 0;
    expect(await handle(ports, [recordOf(event, 'm1')], () => Promise.resolve((runs += 1)))).toEqual(['m1']);
    expect([runs, outcomes[0]?.reason]).toEqual([0, 'failed']);
  });

  test('whose answer to a claim is lost loses the claim too, so that the next try runs at once', async () => {
    const store = memoryStore();
    let isLost = true;
    const begin: HandlerPorts['idempotency']['begin'] = async (claim, signal) => {
      const found = await store.begin(claim, signal);
      if (isLost) throw new Error('The answer is lost.');
      return found;
    };
    const { ports } = memoryPorts({ idempotency: { ...store, begin } });
    expect(await handle(ports, [recordOf(event, 'm1')], done)).toEqual(['m1']);
    isLost = false;
    let runs = 0;
    expect(await handle(ports, [recordOf(event, 'm1')], () => Promise.resolve((runs += 1)))).toEqual([]);
    expect(runs).toBe(1);
  });

  test('that cannot release an event changes nothing about its failure', async () => {
    const { ports, outcomes } = memoryPorts({ idempotency: { ...memoryStore(), release: fail(new Error('down')) } });
    expect(await handle(ports, [recordOf(event, 'm1')], fail(new TypeError('x')))).toEqual(['m1']);
    expect(outcomes).toMatchObject([{ reason: 'failed', errorName: 'TypeError' }]);
  });

  test('runs one of two copies of an event in one batch', async () => {
    const { ports } = memoryPorts();
    let runs = 0;
    const records = [recordOf(event, 'm1'), recordOf(event, 'm2')];
    const returned = await handle(ports, records, async () => {
      runs += 1;
      await new Promise(setImmediate);
    });
    expect([runs, returned]).toEqual([1, ['m2']]);
    expect(await handle(ports, [recordOf(event, 'm2')], done)).toEqual([]);
  });

  test('has keys of handler, source and event id, hashed where they are long', () => {
    const source = '/accounts/AC1';
    expect(idempotencyKey('Replies', { source, id: 'x' })).toBe('Replies#/accounts/AC1#x');
    const long = idempotencyKey('Replies', { source, id: 'ü'.repeat(600) });
    expect(long).toMatch(/^Replies#sha256#[0-9a-f]{64}$/);
    expect(long).not.toBe(idempotencyKey('Replies', { source, id: 'ü'.repeat(601) }));
  });
});
