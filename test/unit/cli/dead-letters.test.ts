import type { DeadLetterQueue } from '../../../cli/clients/ports';
import type { MoveTask } from '../../../cli/clients/ports';
import type { ReceivedMessage } from '../../../cli/clients/ports';
import { scanDeadLetters } from '../../../cli/dead-letters/dead-letters';
import { encodeEnvelope } from '../../../lambda/shared/payload/envelope';
import { accountSid, messageSid, run } from './fake-environment';

const sound = encodeEnvelope({
  eventId: messageSid,
  signedTextHash: 'f'.repeat(64),
  kind: 'message',
  route: 'messages',
  accountSid,
  contentType: 'form',
  body: Buffer.from('Body=\u001b[2J\u202esecret-text'),
  query: '',
  receivedAt: '2026-03-04T05:06:07.008Z',
  requestId: 'request-1',
  tokenSlot: 'current',
});

/** A dead-letter queue with SQS's visibility, counts and move tasks, which the CLI reads. */
class FakeQueue implements DeadLetterQueue {
  readonly hidden = new Set<string>();
  readonly receives = new Map<string, number>();
  tasks: MoveTask[] = [];
  started: (number | undefined)[] = [];
  releaseFailures = 0;
  /** What each poll of the next started task returns. */
  polls: Partial<MoveTask>[] = [{ status: 'COMPLETED' }];

  constructor(
    public messages: readonly { readonly id: string; readonly body: string; readonly sentAt?: string }[],
    private readonly batchSize = 2,
  ) {}

  receive(): Promise<readonly ReceivedMessage[]> {
    const batch = this.messages.filter(({ id }) => !this.hidden.has(id)).slice(0, this.batchSize);
    return Promise.resolve(
      batch.map(({ id, body, sentAt = '2026-03-04T05:06:07.000Z' }) => {
        this.hidden.add(id);
        const receiveCount = (this.receives.get(id) ?? 5) + 1;
        this.receives.set(id, receiveCount);
        return { id, receiptHandle: `handle:${id}`, body, receiveCount, sentAt };
      }),
    );
  }
  release(handles: readonly string[]): Promise<number> {
    for (const handle of handles) this.hidden.delete(handle.replace('handle:', ''));
    return Promise.resolve(this.releaseFailures);
  }
  counts() {
    return Promise.resolve({ visible: this.messages.length - this.hidden.size, inFlight: this.hidden.size });
  }
  startMove(maxPerSecond: number | undefined): Promise<void> {
    this.started.push(maxPerSecond);
    this.tasks.unshift({
      status: 'RUNNING',
      moved: 0,
      toMove: null,
      startedAt: 1000 + this.started.length,
      failureReason: null,
    });
    return Promise.resolve();
  }
  movedSince(): Promise<number> {
    return Promise.resolve(0);
  }
  latestMove(): Promise<MoveTask | undefined> {
    const [latest, ...rest] = this.tasks;
    if (latest?.status !== 'RUNNING') return Promise.resolve(latest);
    const next = { ...latest, ...this.polls.shift() };
    if (next.status === 'COMPLETED') {
      next.moved = this.messages.length;
      this.messages = [];
    }
    this.tasks = [next, ...rest];
    return Promise.resolve(next);
  }
}

const three = () =>
  new FakeQueue([
    { id: 'late', body: sound, sentAt: '2026-03-04T05:06:09.000Z' },
    { id: 'broken', body: 'not json \u001b[2J' },
    { id: 'future', body: '{"schemaVersion":99}' },
  ]);

describe('gateway dead-letters list', () => {
  it('prints every letter once, oldest first, with the receives it had before and the reason', async () => {
    const queue = three();
    const result = await run(['dead-letters', 'list', '--json'], { deadLetters: queue });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.data)).toEqual([
      {
        id: 'broken',
        receiveCount: 5,
        sentAt: '2026-03-04T05:06:07.000Z',
        reason: expect.stringMatching(/^not_json: /),
        kind: null,
        eventId: null,
      },
      {
        id: 'future',
        receiveCount: 5,
        sentAt: '2026-03-04T05:06:07.000Z',
        reason: expect.stringMatching(/^unknown_version: /),
        kind: null,
        eventId: null,
      },
      {
        id: 'late',
        receiveCount: 5,
        sentAt: '2026-03-04T05:06:09.000Z',
        reason: 'processing_failed',
        kind: 'message',
        eventId: messageSid,
      },
    ]);
    expect(queue.hidden.size).toBe(0);
  });

  it('quotes no content, and refers to the log for reasons that only the consumer knows', async () => {
    const result = await run(['dead-letters', 'list', '--wide'], { deadLetters: three() });
    expect(result.data).not.toContain('secret-text');
    expect(result.data).toContain(messageSid);
    expect(result.notes).toMatch(/Search its log for the ID/);
  });

  it('prints an empty queue as [] or No dead letters, and exits 0', async () => {
    expect(await run(['dead-letters', 'list', '--json'], { deadLetters: new FakeQueue([]) })).toMatchObject({
      exitCode: 0,
      data: '[]',
    });
    expect(await run(['dead-letters', 'list'], { deadLetters: new FakeQueue([]) })).toMatchObject({
      exitCode: 0,
      data: 'No dead letters',
    });
  });

  it('stops at --limit and still makes everything visible again', async () => {
    const queue = three();
    const result = await run(['dead-letters', 'list', '--json', '--limit', '1'], { deadLetters: queue });
    expect(JSON.parse(result.data)).toHaveLength(1);
    expect(queue.hidden.size).toBe(0);
  });

  it('says how many stay hidden when they cannot be released', async () => {
    const queue = three();
    queue.releaseFailures = 2;
    expect((await run(['dead-letters', 'list'], { deadLetters: queue })).notes).toContain('2 messages stay hidden');
  });

  it('makes everything visible again when it is interrupted or a receive fails', async () => {
    const interruption = new AbortController();
    const queue = three();
    const interrupted = await run(['dead-letters', 'list'], {
      signal: interruption.signal,
      deadLetters: Object.assign(Object.create(queue) as DeadLetterQueue, {
        receive: () => {
          interruption.abort();
          return queue.receive();
        },
      }),
    });
    expect(interrupted).toMatchObject({ exitCode: 130, notes: 'Interrupted.' });
    expect(queue.hidden.size).toBe(0);

    let calls = 0;
    await expect(
      scanDeadLetters(
        {
          receive: () => (++calls === 2 ? Promise.reject(new Error('fault')) : queue.receive()),
          release: (handles) => queue.release(handles),
        },
        new AbortController().signal,
        ({ id }) => id,
      ),
    ).rejects.toThrow('fault');
    expect(queue.hidden.size).toBe(0);
  });

  it('ends when a message that it has hidden is visible again before the queue is empty', async () => {
    const message = {
      id: 'again',
      receiptHandle: 'handle',
      body: 'x',
      receiveCount: 6,
      sentAt: '2026-03-04T05:06:07.000Z',
    };
    const look = await scanDeadLetters(
      { receive: () => Promise.resolve([message]), release: () => Promise.resolve(0) },
      new AbortController().signal,
      ({ id }) => id,
    );
    expect(look.seen).toEqual(['again']);
  });
});

describe('gateway dead-letters show', () => {
  it("prints the envelope's fields, and the body only with --body", async () => {
    const without = await run(['dead-letters', 'show', 'late', '--json'], { deadLetters: three() });
    expect(JSON.parse(without.data)).toMatchObject({
      id: 'late',
      route: 'messages',
      accountSid,
      requestId: 'request-1',
      bodyBytes: 23,
    });
    expect(without.data).not.toContain('secret-text');
    const withBody = await run(['dead-letters', 'show', 'late', '--json', '--body'], {
      deadLetters: three(),
    });
    expect(JSON.parse(withBody.data)).toMatchObject({
      body: 'Body=\u001b[2J\u202esecret-text',
      bodyEncoding: 'utf8',
    });
  });

  it('escapes a body for the terminal, that of a broken letter, too', async () => {
    const queue = three();
    const late = await run(['dead-letters', 'show', 'late', '--body'], { deadLetters: queue });
    expect(late.data).toContain('\\u001b[2J\\u202esecret-text');
    const broken = await run(['dead-letters', 'show', 'broken', '--body'], { deadLetters: queue });
    expect(broken.data).toContain('not json \\u001b[2J');
    expect(queue.hidden.size).toBe(0);
  });

  it('rejects an unknown id with exit code 1', async () => {
    const result = await run(['dead-letters', 'show', 'nope'], { deadLetters: three() });
    expect(result).toMatchObject({ exitCode: 1, data: '' });
    expect(result.notes).toContain('dead-letters list');
  });
});

describe('gateway dead-letters redrive', () => {
  it('has nothing to do with an empty queue, and exits 0 (CLI-REDRIVE-EMPTY)', async () => {
    const queue = new FakeQueue([]);
    const result = await run(['dead-letters', 'redrive'], { deadLetters: queue });
    expect(result.exitCode).toBe(0);
    expect(result.data).toContain('nothing to do');
    expect(queue.started).toEqual([]);
  });

  it('trusts no count of zero: a visible message is moved', async () => {
    const queue = three();
    queue.counts = () => Promise.resolve({ visible: 0, inFlight: 0 });
    const result = await run(['dead-letters', 'redrive', '--yes'], { deadLetters: queue });
    expect(result).toMatchObject({ exitCode: 0, data: '3 moved back' });
  });

  it('rejects a move without --yes and without a terminal, after printing what it would do', async () => {
    const queue = three();
    const result = await run(['dead-letters', 'redrive'], { deadLetters: queue });
    expect(result).toMatchObject({ exitCode: 1, data: '' });
    expect(result.notes).toMatch(/About 3 messages.*--yes/s);
    expect(queue.started).toEqual([]);
  });

  it('asks at a terminal, and follows the answer', async () => {
    const refused = three();
    const no = await run(['dead-letters', 'redrive'], {
      deadLetters: refused,
      confirm: () => Promise.resolve(false),
    });
    expect(no.exitCode).toBe(1);
    expect(refused.started).toEqual([]);
    const agreed = three();
    const yes = await run(['dead-letters', 'redrive'], {
      deadLetters: agreed,
      confirm: () => Promise.resolve(true),
    });
    expect(yes).toMatchObject({ exitCode: 0, data: '3 moved back' });
  });

  it('starts one task at the given rate, reports its progress and the final count', async () => {
    const queue = three();
    queue.polls = [{ moved: 1, toMove: 3 }, { moved: 1, toMove: 3 }, { moved: 2, toMove: 3 }, { status: 'COMPLETED' }];
    const result = await run(['dead-letters', 'redrive', '--yes', '--max-per-second', '5', '--json'], {
      deadLetters: queue,
    });
    expect(queue.started).toEqual([5]);
    expect(result.notes.match(/\d of 3 moved/g)).toEqual(['1 of 3 moved', '2 of 3 moved']);
    expect(JSON.parse(result.data)).toEqual({ status: 'COMPLETED', moved: 3, returned: null });
  });

  it('does not mistake an earlier task for its own if SQS lists the new one late', async () => {
    const queue = three();
    const earlier: MoveTask = {
      status: 'COMPLETED',
      moved: 77,
      toMove: 77,
      startedAt: 500,
      failureReason: null,
    };
    queue.tasks = [earlier];
    let late = 2;
    const listed = queue.latestMove.bind(queue);
    queue.latestMove = () => (queue.started.length > 0 && late-- > 0 ? Promise.resolve(earlier) : listed());
    expect(await run(['dead-letters', 'redrive', '--yes'], { deadLetters: queue })).toMatchObject({
      data: '3 moved back',
    });
  });

  it('follows a task that is running already, because SQS allows one', async () => {
    const queue = three();
    queue.tasks = [{ status: 'RUNNING', moved: 0, toMove: 3, startedAt: 900, failureReason: null }];
    queue.polls = [{}, {}, { moved: 2 }, { status: 'COMPLETED' }];
    const result = await run(['dead-letters', 'redrive', '--yes'], { deadLetters: queue });
    expect(queue.started).toEqual([]);
    expect(result).toMatchObject({ exitCode: 0, data: '3 moved back' });
  });

  it('waits and reports how many returned', async () => {
    const queue = three();
    const waits: number[] = [];
    const result = await run(['dead-letters', 'redrive', '--yes', '--wait', '30'], {
      deadLetters: queue,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        if (milliseconds === 30_000) queue.messages = [{ id: 'broken', body: 'not json' }];
        return Promise.resolve();
      },
    });
    expect(waits).toContain(30_000);
    expect(result.data).toBe('3 moved back; 1 in the dead-letter queue after 30 s');
  });

  it('rejects a task that failed, with its reason', async () => {
    const queue = three();
    queue.polls = [{ status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' }];
    const result = await run(['dead-letters', 'redrive', '--yes'], { deadLetters: queue });
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain('FAILED: CouldNotDetermineMessageSource');
  });

  it('rejects a task that SQS never lists, after a bounded time', async () => {
    const queue = three();
    queue.latestMove = () => Promise.resolve(undefined);
    const result = await run(['dead-letters', 'redrive', '--yes'], { deadLetters: queue });
    expect(result.exitCode).toBe(1);
    expect(result.notes).toContain('does not list');
  });
});

describe('--queue breaker', () => {
  const letter = { id: 'a', body: sound };

  it("lists, shows and moves the breaker's dead letters, and leaves the others alone", async () => {
    const breakerDeadLetters = new FakeQueue([letter]);
    const parts = { breakerDeadLetters };
    const listed = await run(['dead-letters', 'list', '--queue', 'breaker'], parts);
    expect(listed.exitCode).toBe(0);
    expect(listed.data).toContain('processing_failed');
    expect(listed.notes).toContain('the breaker failed to process it');
    const shown = await run(['dead-letters', 'show', 'a', '--queue', 'breaker', '--json'], parts);
    expect(JSON.parse(shown.data)).toMatchObject({ id: 'a', requestId: 'request-1' });
    const moved = await run(['dead-letters', 'redrive', '--queue', 'breaker', '--yes'], parts);
    expect(moved).toMatchObject({ exitCode: 0, data: '1 moved back' });
    expect(moved.notes).toContain("back to the breaker's queue");
    expect(breakerDeadLetters.started).toEqual([undefined]);
  });

  it('rejects a queue that there is not with exit code 2', async () => {
    const result = await run(['dead-letters', 'list', '--queue', 'brake']);
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toContain('events, breaker');
  });
});
