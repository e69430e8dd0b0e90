import { localArn } from '../server/aws-identity';
import type { Resolve, ResolvedResource } from '../template/intrinsics';
import type { Template } from '../template/template';
import { queueName } from './queues';
import { streamArn, tableName } from './tables';
import { isFifoTopic, topicArn } from './topics';
import { webSocketApiIds } from './web-socket-api';

/** Sources of the names and addresses of a template's resources. */
export interface ResourceSources {
  readonly template: Template;
  readonly resolve: Resolve;
  readonly queues: { url(name: string): string; arn(name: string): string };
  readonly secrets: { arn(logicalId: string): string };
  /** Scheme and host of the APIs, as callers see them. */
  readonly endpoints: { readonly http: string; readonly webSocket: string };
}

/** The values of `Ref` and `Fn::GetAtt` for a resource. @returns undefined for a resource that is not supported */
export const resourceAttributes = (
  logicalId: string,
  { template, resolve, queues, secrets, endpoints }: ResourceSources,
): ResolvedResource | undefined => {
  switch (template.Resources[logicalId]?.Type) {
    case 'AWS::SQS::Queue': {
      const name = queueName(template, resolve, logicalId);
      const url = queues.url(name);
      return { ref: url, attributes: { Arn: queues.arn(name), QueueName: name, QueueUrl: url } };
    }
    case 'AWS::DynamoDB::Table': {
      const name = tableName(template, resolve, logicalId);
      return { ref: name, attributes: { Arn: localArn('dynamodb', `table/${name}`), StreamArn: streamArn(name) } };
    }
    case 'AWS::SecretsManager::Secret':
      return { ref: secrets.arn(logicalId), attributes: { Id: secrets.arn(logicalId) } };
    case 'AWS::SNS::Topic': {
      const arn = topicArn(logicalId, isFifoTopic(template, logicalId));
      return { ref: arn, attributes: { TopicArn: arn, TopicName: arn.split(':').at(-1) ?? '' } };
    }
    case 'AWS::Lambda::Function':
      return { ref: logicalId, attributes: { Arn: localArn('lambda', `function:${logicalId}`) } };
    case 'AWS::ApiGatewayV2::Api': {
      const isWebSocket = webSocketApiIds(template).includes(logicalId);
      const endpoint = isWebSocket ? endpoints.webSocket : endpoints.http;
      return { ref: logicalId, attributes: { ApiEndpoint: endpoint, ApiId: logicalId } };
    }
    case undefined:
    default:
      return undefined;
  }
};
