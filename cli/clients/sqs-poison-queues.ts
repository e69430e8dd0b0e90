import type { Message, SQS } from '@aws-sdk/client-sqs';
import type { PoisonQueues } from './ports';

/** Short, so that the other dead letters are soon visible again. */
const visibilityTimeoutSeconds = 5;
const maxReceives = 20;

/** @param client must use the region's endpoint, not that of the queue URL */
export const createSqsPoisonQueues = (
  client: Pick<SQS, 'sendMessage' | 'receiveMessage' | 'deleteMessage'>,
  urls: { readonly events: string; readonly deadLetters: string },
  abortSignal: AbortSignal,
): PoisonQueues => {
  const options = { abortSignal };
  const find = async (body: string): Promise<Message | undefined> => {
    for (let receives = 0; receives < maxReceives; receives += 1) {
      const { Messages = [] } = await client.receiveMessage(
        {
          QueueUrl: urls.deadLetters,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilityTimeoutSeconds,
          WaitTimeSeconds: 1,
        },
        options,
      );
      if (Messages.length === 0) return undefined;
      const found = Messages.find(({ Body }) => Body === body);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    send: async (body) => {
      await client.sendMessage({ QueueUrl: urls.events, MessageBody: body }, options);
    },
    hasDeadLetter: async (body) => (await find(body)) !== undefined,
    removeDeadLetter: async (body) => {
      // An earlier receive may still hide it.
      for (let tries = 0; tries < 2 * visibilityTimeoutSeconds; tries += 1) {
        const found = await find(body);
        if (found === undefined) continue;
        await client.deleteMessage({ QueueUrl: urls.deadLetters, ReceiptHandle: found.ReceiptHandle }, options);
        return;
      }
    },
  };
};
