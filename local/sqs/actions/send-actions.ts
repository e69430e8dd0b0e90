import { createHash, randomUUID } from 'node:crypto';
import { integer, mapOf, optional, shape, text } from '../../server/aws-json-input';
import { entriesReader, runBatch } from './batch';
import type { Context } from '../context';
import { readInput, sqsError } from '../errors';
import { isFifoName } from '../queue/ledger';
import { md5, type Message } from '../queue/message';
import {
  attributeBytes,
  hasLegalCharacters,
  md5OfAttributes,
  readMessageAttribute,
  readMessageAttributes,
} from './message-attributes';
import { numberOf } from './queue-attributes';
import type { Queue } from '../queues';

const anything = (value: unknown): unknown => value;

const messageFields = {
  MessageBody: text({ min: 0 }),
  DelaySeconds: optional(integer(0, 900)),
  MessageAttributes: optional(mapOf(anything)),
  MessageSystemAttributes: optional(shape({ AWSTraceHeader: optional(anything) })),
  // Required on a FIFO queue. On a standard queue it names the tenant (fair queues).
  MessageGroupId: optional(text({ max: 128, pattern: /^[!-~]+$/ })),
  MessageDeduplicationId: optional(text({ max: 128, pattern: /^[!-~]+$/ })),
};
const sendShape = shape({ QueueUrl: text(), ...messageFields });
const batchShape = shape({ QueueUrl: text(), Entries: entriesReader });
const entryShape = shape({ Id: text(), ...messageFields });
type MessageInput = Omit<ReturnType<typeof entryShape>, 'Id'>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const maxBatchBytes = 1_048_576;

export const createSendActions = ({ now, queues, delivery, deduplicationOf, record, committed }: Context) => {
  /** A message that was sent within the last five minutes gets the same answer again, and is not stored. */
  const sendToFifo = (queue: Queue, input: MessageInput): Message => {
    const parsed = toMessage(queue, { ...input, DelaySeconds: undefined }, now());
    const { groupId, deduplicationId } = readFifoFields(queue, input);
    const deduplication = deduplicationOf(queue.name);
    const key =
      queue.attributes['DeduplicationScope'] === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId;
    const earlier = deduplication.find(key, now());
    const { id, sequenceNumber } = earlier ?? {
      id: parsed.id,
      sequenceNumber: deduplication.nextSequenceNumber(),
    };
    const message = { ...parsed, id, deduplicationId, sequenceNumber };
    if (earlier === undefined) {
      record({ type: 'sent', queue: queue.name, key, id, sequenceNumber, atMs: now() });
      record({ type: 'send', queue: queue.name, message });
    }
    return message;
  };

  const send = (queue: Queue, input: MessageInput) => {
    const message = isFifoName(queue.name) ? sendToFifo(queue, input) : toMessage(queue, input, now());
    if (!isFifoName(queue.name)) record({ type: 'send', queue: queue.name, message });
    const { attributes, traceHeader, sequenceNumber } = message;
    return {
      MessageId: message.id,
      ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
      MD5OfMessageBody: md5(message.body),
      ...(attributes === undefined ? {} : { MD5OfMessageAttributes: md5OfAttributes(attributes) }),
      ...(traceHeader === undefined
        ? {}
        : {
            MD5OfMessageSystemAttributes: md5OfAttributes({
              AWSTraceHeader: { DataType: 'String', StringValue: traceHeader },
            }),
          }),
    };
  };

  return {
    SendMessage: async (input: unknown) => {
      const request = readInput(sendShape, input);
      const queue = queues.byUrl(request.QueueUrl);
      const result = send(queue, request);
      delivery.changed(queue);
      await committed();
      return result;
    },
    SendMessageBatch: async (input: unknown) => {
      const request = readInput(batchShape, input);
      const queue = queues.byUrl(request.QueueUrl);
      const bytes = request.Entries.reduce((sum: number, entry) => sum + bytesOf(entry), 0);
      if (bytes > maxBatchBytes) {
        throw sqsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${maxBatchBytes} bytes. You have sent ${bytes} bytes.`,
        );
      }
      const result = runBatch(request.Entries, (entry, path) => send(queue, readInput(entryShape, entry, path)));
      delivery.changed(queue);
      await committed();
      return result;
    },
  };
};

const readFifoFields = (queue: Queue, input: MessageInput) => {
  const { MessageGroupId: groupId, MessageDeduplicationId: explicitId, MessageBody: body, DelaySeconds } = input;
  if (groupId === undefined) {
    throw sqsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (DelaySeconds !== undefined) {
    throw sqsError(
      'InvalidParameterValue',
      'The request has a parameter DelaySeconds, which is not valid for a FIFO queue: set it on the queue.',
    );
  }
  const isContentBased = queue.attributes['ContentBasedDeduplication'] === 'true';
  const deduplicationId = explicitId ?? (isContentBased ? createHash('sha256').update(body).digest('hex') : undefined);
  if (deduplicationId === undefined) {
    throw sqsError(
      'InvalidParameterValue',
      'The queue must have ContentBasedDeduplication enabled, or the request a MessageDeduplicationId.',
    );
  }
  return { groupId, deduplicationId };
};

const toMessage = (queue: Queue, input: MessageInput, nowMs: number): Message => {
  const { MessageBody: body, MessageGroupId: groupId } = input;
  if (!isFifoName(queue.name) && input.MessageDeduplicationId !== undefined) {
    throw sqsError('InvalidParameterValue', 'MessageDeduplicationId is for FIFO queues; this queue is not one.');
  }
  if (body === '') throw sqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (!hasLegalCharacters(body)) {
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | ' +
        '#x10000 to #x10FFFF.',
    );
  }
  const attributes = readMessageAttributes(input.MessageAttributes ?? []);
  const bytes = Buffer.byteLength(body) + attributeBytes(attributes);
  const maxBytes = numberOf(queue.attributes, 'MaximumMessageSize');
  if (bytes > maxBytes) {
    throw sqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
  const traceHeader = readTraceHeader(input.MessageSystemAttributes?.AWSTraceHeader);
  const delaySeconds = input.DelaySeconds ?? numberOf(queue.attributes, 'DelaySeconds');
  return {
    id: randomUUID(),
    body,
    ...(attributes === undefined ? {} : { attributes }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(groupId === undefined ? {} : { groupId }),
    sentAtMs: nowMs,
    ...(delaySeconds === 0 ? {} : { delayedUntilMs: nowMs + delaySeconds * 1000 }),
    receiveCount: 0,
    receivedBefore: 0,
  };
};

const readTraceHeader = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  const { DataType, StringValue } = readMessageAttribute('AWSTraceHeader', value);
  if (DataType !== 'String' || StringValue === undefined) {
    throw sqsError('InvalidParameterValue', 'The message system attribute AWSTraceHeader must be a String.');
  }
  return StringValue;
};

/** The size of a batch entry. An invalid entry counts as 0 and fails alone. */
const bytesOf = (entry: unknown): number => {
  try {
    const { MessageBody, MessageAttributes = [] } = readInput(entryShape, entry);
    return Buffer.byteLength(MessageBody) + attributeBytes(readMessageAttributes(MessageAttributes));
  } catch {
    return 0;
  }
};
