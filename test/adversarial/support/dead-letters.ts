import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Edge, EdgeOptions } from './test-gateway';
import { eventually } from './eventually';
import { withProperties } from '../../helpers/stack-facts';

const settleMs = 30_000;

const urls = ({ gateway }: Edge) => gateway.gateway.state.queues;

export const attributesOf = async (
  edge: Edge,
  queue: 'events' | 'deadLetters',
): Promise<Readonly<Record<string, string>>> => {
  const { Attributes = {} } = await edge.gateway.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urls(edge)[queue], AttributeNames: ['All'] }),
  );
  return Attributes;
};

/** A stack where a failed message is received again after a second instead of minutes. */
export const quickVisibility: EdgeOptions = {
  assembly: (assembly) =>
    withProperties(assembly, 'AWS::SQS::Queue', /^EventQueue[0-9A-F]{8}$/, { VisibilityTimeout: 1 }),
};

/** Reads the dead-letter queue without removing its messages. */
export const deadLetters = async (edge: Edge): Promise<readonly Message[]> => {
  const { Messages = [] } = await edge.gateway.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urls(edge).deadLetters,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 0,
    }),
  );
  return Messages;
};

/** Waits until the dead-letter queue holds `count` messages. */
export const expectDeadLetters = async (edge: Edge, count: number): Promise<void> => {
  await edge.gateway.settled(settleMs);
  await eventually(async () => expect(await edge.gateway.queued(urls(edge).deadLetters)).toBe(count));
};

/** Waits until a message is a dead letter, with its id and its body unchanged. */
export const expectDeadLetter = async (edge: Edge, messageId: string, body: string): Promise<Message> => {
  await edge.gateway.settled(settleMs);
  return eventually(async () => {
    const found = (await deadLetters(edge)).find(({ MessageId }) => MessageId === messageId);
    expect(found?.Body).toBe(body);
    return found ?? {};
  });
};

/** Redrives the dead-letter queue, as the console and the CLI do, and waits until the task has ended. */
export const redrive = async (edge: Edge): Promise<number> => {
  const { QueueArn: SourceArn } = await attributesOf(edge, 'deadLetters');
  await edge.gateway.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  return eventually(async () => {
    const { Results = [] } = await edge.gateway.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results[0]?.Status).toBe('COMPLETED');
    return Results[0]?.ApproximateNumberOfMessagesMoved ?? 0;
  });
};
