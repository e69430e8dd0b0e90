import { integer, listOf, mapOf, optional, shape, text, unsupported } from '../../server/aws-json-input';
import type { Context } from '../context';
import { readInput, sqsError } from '../errors';
import { checkAttributeNames } from './queue-attributes';
import { advance, type Queue } from '../queues';

const attributeMap = mapOf(text({ min: 0 }));
const page = { MaxResults: optional(integer(1, 1000)), NextToken: optional(text()) };

/** AWS: "the message deletion process takes up to 60 seconds". A second purge in that time is rejected. */
const purgeMs = 60_000;

export const createQueueActions = ({ accountId, now, queues, delivery, record, committed }: Context) => {
  const attributesOf = (queue: Queue): Readonly<Record<string, string>> => {
    advance(queue, now());
    const counts = queue.messages.counts();
    return {
      ...queue.attributes,
      ApproximateNumberOfMessages: String(counts.visible),
      ApproximateNumberOfMessagesDelayed: String(counts.delayed),
      ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
      CreatedTimestamp: String(Math.floor(queue.createdAtMs / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / 1000)),
      QueueArn: queue.arn,
    };
  };

  const pageOf = (all: readonly Queue[], maxResults: number | undefined, token: string | undefined) => {
    // Without MaxResults AWS returns up to 1,000 and no token.
    const size = maxResults ?? 1000;
    const start = token === undefined ? 0 : Number(token);
    if (!Number.isInteger(start) || start < 0) {
      throw sqsError('InvalidParameterValue', 'The NextToken was not issued by this service.');
    }
    const end = start + size;
    return {
      urls: all.slice(start, end).map(queues.urlOf),
      ...(maxResults !== undefined && end < all.length ? { NextToken: String(end) } : {}),
    };
  };

  return {
    CreateQueue: (input: unknown) => {
      const request = readInput(
        shape({ QueueName: text(), Attributes: optional(attributeMap), tags: unsupported() }),
        input,
      );
      return { QueueUrl: queues.urlOf(queues.create(request.QueueName, request.Attributes ?? [])) };
    },
    GetQueueUrl: (input: unknown) => {
      const request = readInput(shape({ QueueName: text(), QueueOwnerAWSAccountId: optional(text()) }), input);
      if ((request.QueueOwnerAWSAccountId ?? accountId) !== accountId) {
        throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
      }
      return { QueueUrl: queues.urlOf(queues.byName(request.QueueName)) };
    },
    ListQueues: (input: unknown) => {
      const request = readInput(shape({ QueueNamePrefix: optional(text({ min: 0 })), ...page }), input);
      const all = queues.all().filter(({ name }) => name.startsWith(request.QueueNamePrefix ?? ''));
      const { urls, ...rest } = pageOf(all, request.MaxResults, request.NextToken);
      return urls.length === 0 ? rest : { QueueUrls: urls, ...rest };
    },
    ListDeadLetterSourceQueues: (input: unknown) => {
      const request = readInput(shape({ QueueUrl: text(), ...page }), input);
      const all = queues.sourcesOf(queues.byUrl(request.QueueUrl));
      const { urls, ...rest } = pageOf(all, request.MaxResults, request.NextToken);
      return { queueUrls: urls, ...rest };
    },
    GetQueueAttributes: (input: unknown) => {
      const request = readInput(shape({ QueueUrl: text(), AttributeNames: optional(listOf(text())) }), input);
      const queue = queues.byUrl(request.QueueUrl);
      const names = request.AttributeNames ?? [];
      checkAttributeNames(names);
      const wanted = Object.entries(attributesOf(queue)).filter(
        ([name]) => names.includes('All') || names.includes(name),
      );
      return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
    },
    SetQueueAttributes: (input: unknown) => {
      const request = readInput(shape({ QueueUrl: text(), Attributes: attributeMap }), input);
      const queue = queues.byUrl(request.QueueUrl);
      queues.setAttributes(queue, request.Attributes);
      delivery.changed(queue);
      return {};
    },
    PurgeQueue: async (input: unknown) => {
      const queue = queues.byUrl(readInput(shape({ QueueUrl: text() }), input).QueueUrl);
      if (queue.purgedAtMs !== undefined && now() - queue.purgedAtMs < purgeMs) {
        throw sqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every ${purgeMs / 1000} seconds.`,
        );
      }
      record({ type: 'purge', queue: queue.name });
      queue.purgedAtMs = now();
      await committed();
      return {};
    },
  };
};
