import { stackOutputs } from '../../lambda/shared/contract/stack-outputs';
import { readFilterPolicy } from '../sns/filter-policy';
import type { TopicDefinition } from '../sns/topic';
import { localArn } from '../server/aws-identity';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readQueues } from './queues';
import { readResources, UnsupportedTemplateError, type Template } from '../template/template';

export const topicArn = (logicalId: string, isFifo = false): string =>
  localArn('sns', `${logicalId}${isFifo ? '.fifo' : ''}`);

/** Whether a template's topic is a FIFO topic. */
export const isFifoTopic = (template: Template, logicalId: string): boolean =>
  template.Resources[logicalId]?.Properties?.['FifoTopic'] === true;

/**
 * The topics of a template, with those of its queues that are subscribed to them. Other subscribers, such as e-mail
 * addresses and queues that exist in AWS, are ignored.
 */
export const readTopics = (template: Template, resolve: Resolve): readonly TopicDefinition[] => {
  const subscriptions = readSubscriptions(template, resolve);
  return readResources(template, 'AWS::SNS::Topic', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const isFifo = properties.value('FifoTopic') === true;
    const contentBasedDeduplication = properties.value('ContentBasedDeduplication') === true;
    properties.only('DisplayName', 'FifoThroughputScope', 'KmsMasterKeyId', 'Tags', 'TopicName');
    const arn = topicArn(logicalId, isFifo);
    return {
      arn,
      isFifo,
      contentBasedDeduplication,
      subscriptions: subscriptions.filter((subscription) => subscription.topicArn === arn),
    };
  });
};

/** Adds the alarm topic if the gateway imported it by its ARN, because no template of the app has such a topic. */
export const withImportedTopic = (
  topics: readonly TopicDefinition[],
  { Outputs }: Template,
): readonly TopicDefinition[] => {
  const arn = Outputs?.[stackOutputs.alarmTopicArn]?.Value;
  if (typeof arn !== 'string') return topics;
  return [...topics, { arn, isFifo: false, contentBasedDeduplication: false, subscriptions: [] }];
};

const readSubscriptions = (template: Template, resolve: Resolve) => {
  const queueArns = readQueues(template, resolve).map(({ name }) => localArn('sqs', name));
  return readResources(template, 'AWS::SNS::Subscription', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    if (properties.text('Protocol') !== 'sqs' || !queueArns.includes(properties.text('Endpoint'))) return [];
    const scope = properties.optionalText('FilterPolicyScope') ?? 'MessageAttributes';
    if (scope !== 'MessageAttributes') {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway filters by message attributes only.`);
    }
    const subscription = {
      topicArn: properties.text('TopicArn'),
      queueArn: properties.text('Endpoint'),
      raw: properties.value('RawMessageDelivery') === true,
      filter: readFilterPolicy(logicalId, properties.value('FilterPolicy')),
    };
    properties.only('Region', 'RedrivePolicy');
    return [subscription];
  }).flat();
};
