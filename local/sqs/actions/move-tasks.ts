import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListMessageMoveTasksResultEntry } from '@aws-sdk/client-sqs';
import { integer, optional, shape, text } from '../../server/aws-json-input';
import type { Context } from '../context';
import { readInput, sqsError } from '../errors';
import { isFifoName } from '../queue/ledger';
import type { Message } from '../queue/message';
import { advance, type Queue } from '../queues';

interface MoveTask {
  readonly handle: string;
  readonly source: Queue;
  readonly destination: Queue | undefined;
  readonly messagesPerSecond: number | undefined;
  readonly toMove: number;
  readonly startedAtMs: number;
  readonly cancellation: AbortController;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
  moved: number;
}

const startShape = shape({
  SourceArn: text(),
  DestinationArn: optional(text()),
  MaxNumberOfMessagesPerSecond: optional(integer(1, 500)),
});
const listShape = shape({ SourceArn: text(), MaxResults: optional(integer(1, 10)) });
const cancelShape = shape({ TaskHandle: text() });

/** AWS keeps "up to 10 of the most recent" tasks of a queue. */
const tasksKept = 10;
/** Messages moved between two commits where no rate is given. */
const chunkMessages = 100;

/**
 * Redrive of a dead-letter queue:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 * Every move is durable, the task is not: after a restart the remaining messages are still in the source queue.
 */
export const createMoveTasks = ({ now, queues, delivery, deduplicationOf, record, committed }: Context) => {
  const tasks = new Map<Queue, MoveTask[]>();
  const running = new Set<Promise<void>>();

  const existing = (arn: string, parameter: string): Queue => {
    const queue = queues.byArn(arn);
    if (queue !== undefined) return queue;
    throw sqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  };

  const moveOne = (task: MoveTask, message: Message): void => {
    advance(task.source, now());
    // Received, deleted or expired since the task began.
    if (!task.source.messages.isVisible(message)) return;
    const destination = task.destination ?? queues.byArn(message.deadLetterSourceArn ?? '');
    if (destination === undefined) {
      // It was sent to the dead-letter queue directly, so its source is unknown, as on AWS. It stays; others are moved.
      task.failureReason = 'CouldNotDetermineMessageSource';
      return;
    }
    const sequenceNumber = isFifoName(destination.name)
      ? deduplicationOf(destination.name).nextSequenceNumber()
      : undefined;
    const newId = randomUUID();
    if (sequenceNumber !== undefined) {
      // Uses up the sequence number, under a key that no sender can have.
      const key = `${newId} redriven`;
      record({ type: 'sent', queue: destination.name, key, id: newId, sequenceNumber, atMs: now() });
    }
    record({
      type: 'redrive',
      queue: task.source.name,
      id: message.id,
      to: destination.name,
      newId,
      ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
      atMs: now(),
    });
    task.moved += 1;
    delivery.changed(destination);
  };

  /** Oldest first, and only messages present at the start: those that fail again are for the next task. */
  const run = async (task: MoveTask, messages: readonly Message[]): Promise<void> => {
    const { messagesPerSecond: rate, cancellation } = task;
    const chunk = rate === undefined ? chunkMessages : Math.max(1, Math.floor(rate / 10));
    try {
      for (let start = 0; start < messages.length; start += chunk) {
        if (cancellation.signal.aborted) return;
        for (const message of messages.slice(start, start + chunk)) moveOne(task, message);
        await committed();
        if (rate !== undefined) await sleep((chunk / rate) * 1000, undefined, { signal: cancellation.signal });
      }
      task.status = task.failureReason === undefined ? 'COMPLETED' : 'FAILED';
    } catch {
      if (cancellation.signal.aborted) return;
      task.status = 'FAILED';
      task.failureReason = 'InternalError';
    }
  };

  return {
    StartMessageMoveTask: (input: unknown) => {
      const request = readInput(startShape, input);
      const source = existing(request.SourceArn, 'SourceArn');
      const destination =
        request.DestinationArn === undefined ? undefined : existing(request.DestinationArn, 'DestinationArn');
      if (queues.sourcesOf(source).length === 0) {
        throw sqsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (source === destination) {
        throw sqsError('InvalidParameterValue', 'Source queue arn and destination queue arn cannot be the same.');
      }
      const earlier = tasks.get(source) ?? [];
      if (earlier.some(({ status }) => status === 'RUNNING')) {
        throw sqsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a ' +
            'given time.',
        );
      }
      advance(source, now());
      const messages = [...source.messages.all()].filter(source.messages.isVisible);
      const taskId = randomUUID();
      const task: MoveTask = {
        handle: Buffer.from(JSON.stringify({ taskId, sourceArn: source.arn })).toString('base64'),
        source,
        destination,
        messagesPerSecond: request.MaxNumberOfMessagesPerSecond,
        toMove: messages.length,
        startedAtMs: now(),
        cancellation: new AbortController(),
        status: 'RUNNING',
        moved: 0,
      };
      tasks.set(source, [task, ...earlier].slice(0, tasksKept));
      const done: Promise<void> = run(task, messages).finally(() => running.delete(done));
      running.add(done);
      return { TaskHandle: task.handle };
    },
    ListMessageMoveTasks: (input: unknown) => {
      const request = readInput(listShape, input);
      const source = existing(request.SourceArn, 'SourceArn');
      return { Results: (tasks.get(source) ?? []).slice(0, request.MaxResults ?? 1).map(describe) };
    },
    CancelMessageMoveTask: (input: unknown) => {
      const { TaskHandle } = readInput(cancelShape, input);
      const task = [...tasks.values()].flat().find(({ handle }) => handle === TaskHandle);
      if (task === undefined) {
        throw sqsError(
          'ResourceNotFoundException',
          "The resource that you specified for the TaskHandle doesn't exist.",
        );
      }
      if (task.status !== 'RUNNING') {
        throw sqsError('UnsupportedOperation', `Only an active task can be cancelled; this one is ${task.status}.`);
      }
      task.status = 'CANCELLED';
      task.cancellation.abort();
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
    /** Aborts every task. */
    close: async (): Promise<void> => {
      for (const task of [...tasks.values()].flat()) task.cancellation.abort();
      await Promise.all(running);
    },
  };
};

const describe = (task: MoveTask): ListMessageMoveTasksResultEntry => ({
  // As on AWS, only a running task has a handle.
  ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destination === undefined ? {} : { DestinationArn: task.destination.arn }),
  ...(task.messagesPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.messagesPerSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failureReason === undefined || task.status !== 'FAILED' ? {} : { FailureReason: task.failureReason }),
  StartedTimestamp: task.startedAtMs,
});
