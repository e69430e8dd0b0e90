import { createAwsJsonServer } from '../server/aws-json';
import { localAccountId, localArn, localRegion } from '../server/aws-identity';
import type { PolledQueue } from '../functions/event-source';
import type { Deliver } from '../sns/topic';
import { createSqs } from './sqs';

export interface LocalQueues {
  readonly endpoint: string;
  url(queueName: string): string;
  arn(queueName: string): string;
  create(queueName: string, attributes: Readonly<Record<string, string>>): void;
  /** Sends a message to a queue for a topic that the queue is subscribed to. */
  readonly deliver: Deliver;
  /** The queue for an event source mapping, which polls it without HTTP. */
  pollable(queueArn: string): PolledQueue;
  /** Resolves when the queue is empty and nothing is in flight, or when the time is up. */
  drained(queueArn: string, withinMs: number): Promise<void>;
  readonly close: () => Promise<void>;
}

const pollEveryMs = 25;

/** SQS on the loopback interface. Messages are kept in the journal, or in memory without a path. */
export const startQueues = async (options: { readonly journalPath: string | undefined }): Promise<LocalQueues> => {
  let endpoint = '';
  const { journalPath } = options;
  const sqs = await createSqs({
    region: localRegion,
    accountId: localAccountId,
    endpoint: () => endpoint,
    ...(journalPath === undefined ? {} : { journalPath }),
  });
  const server = await createAwsJsonServer(sqs.handler).start();
  endpoint = server.endpoint;

  const url = (queueName: string): string => `${endpoint}/${localAccountId}/${queueName}`;
  const urlOfArn = (queueArn: string): string => url(queueArn.split(':').at(-1) ?? '');
  const pending = async (queueUrl: string): Promise<number> => {
    const { Attributes } = await sqs.actions.GetQueueAttributes({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  };

  return {
    endpoint,
    url,
    arn: (queueName) => localArn('sqs', queueName),
    create: (queueName, attributes) => void sqs.createQueue(queueName, attributes),
    deliver: async (queueArn, { body, attributes, groupId, deduplicationId }) => {
      await sqs.actions.SendMessage({
        QueueUrl: urlOfArn(queueArn),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
        ),
        ...(groupId !== undefined && { MessageGroupId: groupId }),
        ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
      });
    },
    pollable: (queueArn) => ({
      arn: queueArn,
      url: urlOfArn(queueArn),
      receive: async (maxMessages, waitSeconds, signal) => {
        const { Messages } = await sqs.actions.ReceiveMessage(
          {
            QueueUrl: urlOfArn(queueArn),
            MaxNumberOfMessages: maxMessages,
            WaitTimeSeconds: waitSeconds,
            MessageSystemAttributeNames: ['All'],
          },
          { signal },
        );
        return Messages ?? [];
      },
      delete: async (messages) => {
        await sqs.actions.DeleteMessageBatch({
          QueueUrl: urlOfArn(queueArn),
          Entries: messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
        });
      },
    }),
    drained: async (queueArn, withinMs) => {
      const until = Date.now() + withinMs;
      while ((await pending(urlOfArn(queueArn))) > 0 && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
      }
    },
    close: async () => {
      await server.close();
      await sqs.close();
    },
  };
};
