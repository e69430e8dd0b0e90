import type { PublishBatchCommandInput, PublishBatchCommandOutput } from '@aws-sdk/client-sns';
import { acceptedBeforeFailure, batchEntries, type Publication } from '../../../lambda/shared/events/publication';
import type { CallOptions } from '../sdk-configuration';

/** The one method of the SDK's `SNS` client that is used. */
export interface PublishCalls {
  publishBatch(
    input: PublishBatchCommandInput,
    options: CallOptions,
  ): Promise<Pick<PublishBatchCommandOutput, 'Failed'>>;
}

/** Publishes at most ten events. @returns how many of the first ones were accepted */
export type PublishEvents = (publications: readonly Publication[]) => Promise<number>;

export const createEventTopic =
  (client: PublishCalls, topicArn: string, abortSignal: AbortSignal): PublishEvents =>
  async (publications) => {
    const { Failed } = await client.publishBatch(
      { TopicArn: topicArn, PublishBatchRequestEntries: batchEntries(publications) },
      { abortSignal },
    );
    return acceptedBeforeFailure(publications.length, Failed);
  };
