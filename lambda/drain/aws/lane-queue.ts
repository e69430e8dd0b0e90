import {
  SendMessageBatchCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';
import { describeError } from '../../shared/runtime/describe-error';
import type { DrainPorts, RegionMessage } from '../ports';

/** Of all messages of a request together. Today it is 1 MiB, but not yet everywhere. */
const maxRequestBytes = 256 * 1024;

/** @param overrides for tests: endpoint, region, credentials */
export const createSendToLane = (queueUrl: string, overrides: SQSClientConfig = {}): DrainPorts['send'] => {
  const client = createSdkClient(
    SQSClient,
    { requestTimeoutMs: 3_000, maxAttempts: 3, endpoint: new URL(queueUrl).origin },
    overrides,
  );
  return async (messages, abortSignal) => {
    const sent: RegionMessage[] = [];
    let errorName: string | undefined;
    for (const request of requestsOf(messages)) {
      try {
        const { Successful = [], Failed = [] } = await client.send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: request.map(entryOf) }),
          { abortSignal },
        );
        // Only what the answer names was taken.
        sent.push(...Successful.flatMap(({ Id }) => request[Number(Id)] ?? []));
        errorName ??= Failed[0]?.Code ?? (Successful.length < request.length ? 'IncompleteAnswer' : undefined);
      } catch (error) {
        if (sent.length === 0) throw error;
        return { sent, ...describeError(error) };
      }
    }
    return { sent, errorName };
  };
};

const entryOf = ({ body, attributes }: RegionMessage, at: number): SendMessageBatchRequestEntry => ({
  Id: String(at),
  MessageBody: body,
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});

/** Messages that fit into one request each. */
const requestsOf = (messages: readonly RegionMessage[]): readonly (readonly RegionMessage[])[] => {
  const requests: RegionMessage[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = sizeOf(message);
    if (bytes + size > maxRequestBytes) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)?.push(message);
    bytes += size;
  }
  return requests;
};

/** SQS counts the body and, of each attribute, name, type and value. */
const sizeOf = ({ body, attributes }: RegionMessage): number =>
  [body, ...Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value])].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
