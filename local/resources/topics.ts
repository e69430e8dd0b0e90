import { localArn } from '../server/aws-identity';
import { propertiesOf } from '../template/properties';
import { resourcesOfType, type Template } from '../template/template';

export const topicArn = (logicalId: string): string => localArn('sns', logicalId);

/** The ARNs of a template's topics. Subscriptions and encryption keys have no effect locally. */
export const readTopics = (template: Template): ReadonlySet<string> =>
  new Set(
    resourcesOfType(template, 'AWS::SNS::Topic').map(([logicalId, raw]) => {
      propertiesOf(logicalId, raw).only('DisplayName', 'KmsMasterKeyId', 'Tags', 'TopicName');
      return topicArn(logicalId);
    }),
  );
