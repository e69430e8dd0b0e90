import type { ListSubscriptionsByTopicCommandInput, ListSubscriptionsByTopicCommandOutput } from '@aws-sdk/client-sns';
import type { AlarmSubscription } from '../ports';

/** The one method of the SDK's `SNS` client that is used. */
interface SnsCalls {
  listSubscriptionsByTopic(
    input: ListSubscriptionsByTopicCommandInput,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<Pick<ListSubscriptionsByTopicCommandOutput, 'Subscriptions' | 'NextToken'>>;
}

/** The subscriptions of a topic, without their addresses: those are personal data. */
export const readAlarmSubscriptions = async (
  client: SnsCalls,
  topicArn: string,
  abortSignal: AbortSignal,
): Promise<readonly AlarmSubscription[]> => {
  const found: AlarmSubscription[] = [];
  let token: string | undefined;
  do {
    const page: Awaited<ReturnType<SnsCalls['listSubscriptionsByTopic']>> = await client.listSubscriptionsByTopic(
      { TopicArn: topicArn, ...(token === undefined ? {} : { NextToken: token }) },
      { abortSignal },
    );
    // An unconfirmed subscription has a word instead of an ARN: PendingConfirmation, Deleted.
    found.push(
      ...(page.Subscriptions ?? []).map(({ SubscriptionArn = '' }) => ({
        isConfirmed: SubscriptionArn.startsWith('arn:'),
      })),
    );
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return found;
};
