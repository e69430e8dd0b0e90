import { CfnIntegration, CfnRoute, HttpIntegrationSubtype, HttpIntegrationType } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { fallbackAttributes, fallbackRoute } from '../../../lambda/shared/contract/fallback-lane';
import type { Stage } from '../../stage/resolve-stage';
import { encryptDecryptActions, stageKeyUse } from '../key-policy';

export interface LaneRouteProps {
  readonly stage: Stage;
  readonly apiId: string;
  readonly queue: Queue;
  /** The key of the queue. Undefined: the AWS service's default key. */
  readonly encryptionKey: IKey | undefined;
  /** Message attributes besides those of every lane, by name: a variable of API Gateway each. */
  readonly moreAttributes?: Readonly<Record<string, string>>;
}

/** `POST /fallback`. Twilio's fallback method must be POST: the integration can pass on a body, but no query. */
export const laneRouteKey = `POST /${fallbackRoute}`;

/**
 * API Gateway's integration `SQS-SendMessage`. A message attribute must not be empty, so a request without a signature
 * or a content type is answered with SQS's error, and nothing is enqueued.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
export const addLaneRoute = (scope: Construct, props: LaneRouteProps): CfnRoute => {
  const { stage, apiId, queue, encryptionKey, moreAttributes = {} } = props;
  const role = new Role(scope, 'SenderRole', {
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    description: `API Gateway's fallback lane of stage ${stage.name}`,
  });
  const { policyDependable: policy } = role.addToPrincipalPolicy(
    new PolicyStatement({ sid: 'SendToFallbackQueue', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
  );
  if (encryptionKey !== undefined) role.addToPolicy(stageKeyUse(encryptionKey, encryptDecryptActions));
  const integration = new CfnIntegration(scope, 'Integration', {
    apiId,
    integrationType: HttpIntegrationType.AWS_PROXY,
    integrationSubtype: HttpIntegrationSubtype.SQS_SEND_MESSAGE,
    payloadFormatVersion: '1.0',
    credentialsArn: role.roleArn,
    requestParameters: {
      QueueUrl: queue.queueUrl,
      MessageBody: '$request.body',
      MessageAttributes: JSON.stringify(messageAttributes({ ...variables, ...moreAttributes })),
    },
    responseParameters: {
      // SQS answers with XML that is not TwiML, which Twilio would report as an error. Twilio takes a 204 for "send
      // nothing". The content type stays XML: Twilio would send the text of `text/plain` as a message.
      '200': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '204' }] },
    },
  });
  // Without its policy the role could not send the first messages.
  if (policy !== undefined) integration.node.addDependency(policy);
  return new CfnRoute(scope, 'Route', {
    apiId,
    routeKey: laneRouteKey,
    target: `integrations/${integration.ref}`,
    authorizationType: 'NONE',
  });
};

/** The consumer takes the time from SQS, which nobody can choose. */
const variables = {
  [fallbackAttributes.signature]: 'request.header.X-Twilio-Signature',
  [fallbackAttributes.contentType]: 'request.header.Content-Type',
  [fallbackAttributes.requestId]: 'context.requestId',
  [fallbackAttributes.sourceIp]: 'context.identity.sourceIp',
};

/** Several variables in one text need braces. */
const messageAttributes = (byName: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(byName).map(([name, variable]) => [name, { DataType: 'String', StringValue: `\${${variable}}` }]),
  );
