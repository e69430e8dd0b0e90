import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ChangeMessageVisibilityBatchCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { InvocationResult } from '../../../local/functions/execution-environment';
import type { LocalFunction } from '../../../local/functions/function-pool';
import type { HandlerFault } from '../../fixtures/handlers/history';
import type { TestGateway } from '../../helpers/test-gateway';
import type { FaultDecision, FaultKind } from '../history/fault-rules';
import type { Change, HandlerInvocation, Row } from '../history/history';
import { functionNameOf, historyHandlers, publisherName } from './handlers';
import { rowOf } from './row-of';

export interface EventWatch {
  /** Each change once, in the stream's order. */
  readonly changes: () => readonly Change[];
  readonly invocations: readonly HandlerInvocation[];
  /**
   * Waits until the publisher was given everything that led to these rows, no function works, and the handlers' queues
   * are empty. After the given time the history is checked as it is.
   */
  readonly atRest: (rows: readonly Row[], withinMs: number) => Promise<void>;
}

type Choose = FaultDecision['choose'];

const failed: InvocationResult = { kind: 'error', errorType: 'Injected', errorMessage: 'injected' };
/** The answer to a batch whose events were all published. */
const allDone = JSON.stringify({ kind: 'ok', payload: { batchItemFailures: [] } });
const pollMs = 20;

/** Records what the stream and the queues hand to the functions, and injects faults into these calls. */
export const watchEvents = (gateway: TestGateway, { choose }: Pick<FaultDecision, 'choose'>): EventWatch => {
  const publisher = watchPublisher(gateway.gateway.functionNamed(publisherName), choose);
  const handlers = watchHandlers(gateway, choose);
  return {
    changes: publisher.changes,
    invocations: handlers.invocations,
    atRest: async (rows, withinMs) => {
      const until = Date.now() + withinMs;
      const isAtRest = async (): Promise<boolean> =>
        publisher.isDone(rows) && handlers.atWork() === 0 && (await handlers.waiting()) === 0 && publisher.isDone(rows);
      while (!(await isAtRest()) && Date.now() < until) await sleep(pollMs);
    },
  };
};

interface StreamEvent {
  readonly Records: readonly {
    readonly dynamodb: {
      readonly SequenceNumber: string;
      readonly OldImage?: Readonly<Record<string, AttributeValue>>;
      readonly NewImage?: Readonly<Record<string, AttributeValue>>;
    };
  }[];
}

const watchPublisher = (publisher: LocalFunction, choose: Choose) => {
  const changes = new Map<string, Change>();
  let last = allDone;
  let isIdle = true;
  const inOrder = (): readonly Change[] =>
    [...changes.values()].sort((one, other) => (one.sequenceNumber < other.sequenceNumber ? -1 : 1));
  const invoke = publisher.invoke.bind(publisher);

  const invokeWith = async (event: unknown, fault: FaultKind | undefined): Promise<InvocationResult> => {
    // The batch does not arrive, its answer is lost, or it is read twice.
    if (fault === 'reset') return failed;
    const result = await invoke(event);
    if (fault === 'answer lost') return failed;
    return fault === 'twice' ? invoke(event) : result;
  };

  publisher.invoke = async (event) => {
    const { Records } = event as StreamEvent;
    isIdle = false;
    for (const { dynamodb } of Records) {
      const { SequenceNumber: sequenceNumber, OldImage, NewImage } = dynamodb;
      if (changes.has(sequenceNumber)) continue;
      changes.set(sequenceNumber, {
        sequenceNumber,
        before: OldImage && rowOf(OldImage),
        after: NewImage && rowOf(NewImage),
      });
    }
    const result = await invokeWith(event, choose('GetRecords', JSON.stringify(Records)));
    last = JSON.stringify(result);
    isIdle = true;
    return result;
  };

  return {
    changes: inOrder,
    /** Whether the publisher has answered for everything that led to these rows. */
    isDone: (rows: readonly Row[]): boolean => {
      if (!isIdle || last !== allDone) return false;
      const newest = new Map(inOrder().map(({ before, after }) => [keyOf(after ?? before), contentOf(after)]));
      return rows.every((row) => newest.get(keyOf(row)) === contentOf(row));
    },
  };
};

const contentOf = (row: Row | undefined): string => JSON.stringify(Object.entries(row ?? {}).sort());
const keyOf = (row: Row | undefined): string => JSON.stringify([row?.pk, row?.sk]);

interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle: string;
    readonly body: string;
    readonly eventSourceARN: string;
  }[];
}

const watchHandlers = (gateway: TestGateway, choose: Choose) => {
  const invocations: HandlerInvocation[] = [];
  let position = 0;
  let atWork = 0;

  const watch = (handler: string, fn: LocalFunction): void => {
    const invoke = fn.invoke.bind(fn);
    fn.invoke = async (event) => {
      const { Records } = event as QueueEvent;
      const chosen = new Map(Records.map(({ messageId, body }) => [messageId, choose('ReceiveMessage', body)]));
      const kinds = [...chosen.values()];
      const url = queueUrlOf(gateway, Records[0]?.eventSourceARN ?? '');
      atWork += 1;
      const startedAt = (position += 1);
      const faults = Object.fromEntries([...chosen].filter(([, kind]) => isOfHandler(kind)));
      const result = kinds.includes('reset') ? failed : await invoke({ Records, faults });
      const isHandled = ({ messageId }: QueueEvent['Records'][number]): boolean =>
        result.kind === 'ok' && !failedIds(result.payload).includes(messageId);
      invocations.push({
        handler,
        startedAt,
        endedAt: (position += 1),
        messages: Records.map((record) => ({
          id: record.messageId,
          body: record.body,
          handled: isHandled(record),
        })),
      });
      // The handler has handled it, and its deletion is lost.
      const isLost = kinds.includes('answer lost');
      await receiveAgain(gateway, url, isLost ? Records : Records.filter((record) => !isHandled(record)));
      atWork -= 1;
      return isLost ? failed : result;
    };
  };
  for (const handler of historyHandlers) watch(handler.name, gateway.gateway.functionNamed(functionNameOf(handler)));

  return {
    invocations,
    atWork: () => atWork,
    waiting: async () => {
      const { QueueUrls = [] } = await gateway.sqs.send(new ListQueuesCommand({}));
      const counts = await Promise.all(QueueUrls.filter(isOfHandlers).map((url) => gateway.queued(url)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
};

const isOfHandlers = (queueUrl: string): boolean => historyHandlers.some(({ name }) => queueUrl.includes(name));

const isOfHandler = (kind: FaultKind | undefined): kind is HandlerFault => kind?.startsWith('handler ') === true;

const failedIds = (payload: unknown): readonly string[] =>
  // The answer of the handler in test/fixtures.
  (payload as { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }).batchItemFailures.map(
    ({ itemIdentifier }) => itemIdentifier,
  );

const queueUrlOf = ({ gateway }: TestGateway, arn: string): string =>
  gateway.state.queues.events.replace(/[^/]+$/, arn.split(':').at(-1) ?? '');

/** Before the visibility timeout, which is longer than a history. */
const receiveAgain = async ({ sqs }: TestGateway, QueueUrl: string, records: QueueEvent['Records']): Promise<void> => {
  if (records.length === 0) return;
  const Entries = records.map(({ receiptHandle }, at) => ({
    Id: String(at),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: 0,
  }));
  // The gateway is closing: nothing is received again.
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
};
