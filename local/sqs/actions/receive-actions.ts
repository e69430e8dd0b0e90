import type { Message as ReceivedMessage } from '@aws-sdk/client-sqs';
import type { ActionOptions } from '../../server/aws-json-action';
import { integer, listOf, optional, shape, text, unsupported } from '../../server/aws-json-input';
import { entriesReader, runBatch } from './batch';
import type { Context } from '../context';
import { readInput, sqsError } from '../errors';
import { md5, type Message } from '../queue/message';
import { isRequested, md5OfAttributes, toAttributeValue } from './message-attributes';
import { numberOf } from './queue-attributes';
import { advance, type Queue } from '../queues';

const maxVisibilitySeconds = 43_200;
const maxInFlight = 120_000;

const receiveShape = shape({
  QueueUrl: text(),
  MaxNumberOfMessages: optional(integer(1, 10)),
  VisibilityTimeout: optional(integer(0, maxVisibilitySeconds)),
  WaitTimeSeconds: optional(integer(0, 20)),
  /** The deprecated name of MessageSystemAttributeNames. */
  AttributeNames: optional(listOf(text())),
  MessageSystemAttributeNames: optional(listOf(text())),
  MessageAttributeNames: optional(listOf(text({ max: 256 }))),
  ReceiveRequestAttemptId: unsupported('is not supported by the local emulator'),
});
const deleteFields = { ReceiptHandle: text() };
const visibilityFields = { ReceiptHandle: text(), VisibilityTimeout: integer(0, maxVisibilitySeconds) };
const batchShape = shape({ QueueUrl: text(), Entries: entriesReader });

export const createReceiveActions = ({ accountId, now, queues, delivery, receipts, record, committed }: Context) => {
  const systemAttributes = (message: Message): Readonly<Record<string, string | undefined>> => ({
    SenderId: accountId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? now()),
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: message.sequenceNumber,
  });

  const toReceived = (
    queue: Queue,
    message: Message,
    systemNames: readonly string[],
    attributeNames: readonly string[],
  ): ReceivedMessage => {
    const system = Object.entries(systemAttributes(message)).filter(
      ([name, value]) => value !== undefined && (systemNames.includes('All') || systemNames.includes(name)),
    );
    const attributes = Object.entries(message.attributes ?? {}).filter(([name]) => isRequested(name, attributeNames));
    return {
      MessageId: message.id,
      ReceiptHandle: receipts.handleOf(queue, message),
      MD5OfBody: md5(message.body),
      Body: message.body,
      ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
      ...(attributes.length === 0
        ? {}
        : {
            MD5OfMessageAttributes: md5OfAttributes(Object.fromEntries(attributes)),
            MessageAttributes: Object.fromEntries(
              attributes.map(([name, attribute]) => [name, toAttributeValue(attribute)]),
            ),
          }),
    };
  };

  const deleteMessage = (queue: Queue, handle: string): object => {
    // AWS: with an old handle "the request will succeed, but the message might not be deleted". Here it never is: its
    // latest
    // receiver may still fail. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
    const message = receipts.find(queue, handle);
    if (message !== undefined) record({ type: 'delete', queue: queue.name, ids: [message.id] });
    return {};
  };

  const changeVisibility = (queue: Queue, handle: string, seconds: number): object => {
    const nowMs = now();
    advance(queue, nowMs);
    const message = receipts.find(queue, handle);
    if (message === undefined) {
      throw sqsError(
        'InvalidParameterValue',
        'The value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for ' +
          'visibility timeout change.',
      );
    }
    if (!queue.messages.isInFlight(message)) {
      throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    const untilMs = nowMs + seconds * 1000;
    if (untilMs > (message.lastReceivedAtMs ?? nowMs) + maxVisibilitySeconds * 1000) {
      throw sqsError(
        'InvalidParameterValue',
        `Total VisibilityTimeout for the message is beyond the limit [${maxVisibilitySeconds} seconds].`,
      );
    }
    queue.messages.hideUntil(message, untilMs, nowMs);
    delivery.changed(queue);
    return {};
  };

  return {
    ReceiveMessage: async (input: unknown, { signal }: ActionOptions = {}) => {
      const request = readInput(receiveShape, input);
      const queue = queues.byUrl(request.QueueUrl);
      const systemNames = [...(request.AttributeNames ?? []), ...(request.MessageSystemAttributeNames ?? [])];
      checkSystemNames(systemNames, queue);
      if (queue.messages.counts().inFlight >= maxInFlight) {
        throw sqsError('OverLimit', `There are ${maxInFlight} messages in flight, which is the limit of a queue.`);
      }
      const messages = await delivery.receive(queue, {
        maxMessages: request.MaxNumberOfMessages ?? 1,
        visibilityMs: (request.VisibilityTimeout ?? numberOf(queue.attributes, 'VisibilityTimeout')) * 1000,
        waitMs: (request.WaitTimeSeconds ?? numberOf(queue.attributes, 'ReceiveMessageWaitTimeSeconds')) * 1000,
        signal,
      });
      if (messages.length === 0) return {};
      const attributeNames = request.MessageAttributeNames ?? [];
      return { Messages: messages.map((message) => toReceived(queue, message, systemNames, attributeNames)) };
    },
    DeleteMessage: async (input: unknown) => {
      const request = readInput(shape({ QueueUrl: text(), ...deleteFields }), input);
      const result = deleteMessage(queues.byUrl(request.QueueUrl), request.ReceiptHandle);
      await committed();
      return result;
    },
    DeleteMessageBatch: async (input: unknown) => {
      const request = readInput(batchShape, input);
      const queue = queues.byUrl(request.QueueUrl);
      const result = runBatch(request.Entries, (entry, path) =>
        deleteMessage(queue, readInput(shape({ Id: text(), ...deleteFields }), entry, path).ReceiptHandle),
      );
      await committed();
      return result;
    },
    ChangeMessageVisibility: (input: unknown) => {
      const request = readInput(shape({ QueueUrl: text(), ...visibilityFields }), input);
      return changeVisibility(queues.byUrl(request.QueueUrl), request.ReceiptHandle, request.VisibilityTimeout);
    },
    ChangeMessageVisibilityBatch: (input: unknown) => {
      const request = readInput(batchShape, input);
      const queue = queues.byUrl(request.QueueUrl);
      const entryShape = shape({ Id: text(), ...visibilityFields });
      return runBatch(request.Entries, (entry, path) => {
        const { ReceiptHandle, VisibilityTimeout } = readInput(entryShape, entry, path);
        return changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
      });
    },
  };
};

const systemAttributeNames = [
  'All',
  'AWSTraceHeader',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
];

const checkSystemNames = (names: readonly string[], queue: Queue): void => {
  const unknown = names.find((name) => !systemAttributeNames.includes(name));
  if (unknown === undefined) return;
  throw sqsError(
    'InvalidAttributeName',
    `Unknown message system attribute ${unknown.slice(0, 80)} for ${queue.name}. ` +
      `Valid names: ${systemAttributeNames.join(', ')}.`,
  );
};
