import { createAwsJsonServer } from '../server/aws-json';
import { localAccountId, localArn, localRegion } from '../server/aws-identity';
import type { PolledQueue } from '../functions/event-source';
import type { SendMessage } from '../http-api/queue-integration';
import type { Deliver } from '../sns/topic';
import { createSqs } from './sqs';
import { defaultAttributes } from './actions/queue-attributes';

export interface LocalQueues {
  readonly endpoint: string;
  url(queueName: string): string;
  arn(queueName: string): string;
  /** Creates a queue, or gives an existing one these attributes. Its messages stay. */
  configure(queueName: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** Sends a message to a queue for a topic that the queue is subscribed to. */
  readonly deliver: Deliver;
  /** Sends a message for a route of the HTTP API. */
  readonly send: SendMessage;
  /** The queue for an event source mapping, which polls it without HTTP. */
  pollable(queueArn: string): PolledQueue;
  /** Messages that wait, are delayed or are in flight. */
  depth(queueUrl: string): Promise<number>;
  /** Whether the queue is empty and nothing is in flight. */
  isEmpty(queueArn: string): Promise<boolean>;
  readonly close: () => Promise<void>;
}

type QueueCount = `ApproximateNumberOfMessages${'' | 'NotVisible' | 'Delayed'}`;
const dueCounts: readonly QueueCount[] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];

/** SQS on the loopback interface. Messages are kept in the journal, or in memory without a path. */
export const startQueues = async (options: {
  readonly journalPath: string | undefined;
  readonly onSent?: (queueName: string) => void;
}): Promise<LocalQueues> => {
  let endpoint = '';
  const { journalPath, onSent } = options;
  const sqs = await createSqs({
    region: localRegion,
    accountId: localAccountId,
    endpoint: () => endpoint,
    onSent,
    ...(journalPath === undefined ? {} : { journalPath }),
  });
  const server = await createAwsJsonServer(sqs.handler).start();
  endpoint = server.endpoint;

  const created = new Set<string>();
  const url = (queueName: string): string => `${endpoint}/${localAccountId}/${queueName}`;
  const urlOfArn = (queueArn: string): string => url(queueArn.split(':').at(-1) ?? '');
  const count = async (queueUrl: string, names: readonly QueueCount[]): Promise<number> => {
    const { Attributes } = await sqs.actions.GetQueueAttributes({ QueueUrl: queueUrl, AttributeNames: [...names] });
    return Object.values(Attributes ?? {}).reduce((sum, value) => sum + Number(value), 0);
  };

  return {
    endpoint,
    url,
    arn: (queueName) => localArn('sqs', queueName),
    configure: async (queueName, attributes) => {
      if (created.has(queueName)) {
        // An empty policy removes it.
        await sqs.actions.SetQueueAttributes({
          QueueUrl: url(queueName),
          Attributes: { ...defaultAttributes, RedrivePolicy: '', RedriveAllowPolicy: '', ...attributes },
        });
      } else {
        sqs.createQueue(queueName, attributes);
        created.add(queueName);
      }
    },
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
    send: (message) => sqs.actions.SendMessage(message),
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
            MessageAttributeNames: ['All'],
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
    depth: (queueUrl) => count(queueUrl, [...dueCounts, 'ApproximateNumberOfMessagesDelayed']),
    isEmpty: async (queueArn) => (await count(urlOfArn(queueArn), dueCounts)) === 0,
    close: async () => {
      await server.close();
      await sqs.close();
    },
  };
};
