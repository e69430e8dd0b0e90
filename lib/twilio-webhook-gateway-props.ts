import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ExistingHttpApi } from './existing/existing-http-api';
import type { BasicAuthOptions } from './stage/basic-auth-options';
import type { EventsOptions } from './stage/events-options';
import type { GatewayOptions } from './stage/stage-options';

/** Resources of your own that the gateway uses instead of creating its own. */
export interface ExistingResources {
  /**
   * A table of yours for everything that is received. It needs the partition key `pk` and the sort key `sk`; a global
   * secondary index `byAccountDay` with the keys `accountDay` and `accountDayTime`; unless `conversationIndex` is
   * false, another one, `byConversation`, with the keys `conversation` and `accountDayTime`; with `retentionDays` the
   * time-to-live attribute `expiresAt`; and for handlers and `events` a stream of new and old images. The indexes
   * project the keys, and all keys are strings. A table of the same app is checked at synthesis, an imported one cannot
   * be. Backup, deletion protection and billing mode are yours.
   * @default the gateway creates a table
   */
  readonly table?: ITable;
  /**
   * A KMS key of yours that encrypts queues, table, secrets and logs, instead of `customerManagedKey`. The key's policy
   * must let IAM policies of the AWS account allow its use, as the policy of `new Key()` does. The policy of a key of
   * the same app gets a statement for CloudWatch Logs, and with handlers or `events` one for SNS. You add them to the
   * policy of an imported key: docs/construct.md has them.
   * @default AWS's keys
   */
  readonly encryptionKey?: IKey;
  /**
   * A topic of yours for the alarms and for the notifications of the circuit breaker. The gateway then creates none, so
   * `alarmEmails` cannot be given. If the topic is encrypted, its key's policy must allow the service
   * cloudwatch.amazonaws.com `kms:Decrypt` and `kms:GenerateDataKey*`, or alarms reach nobody: AWS's key
   * `alias/aws/sns` does not allow it.
   * @default the gateway creates a topic and its key
   */
  readonly alarmTopic?: ITopic;
  /**
   * A VPC that the functions run in, handlers included. Its subnets must reach the AWS APIs of SQS, DynamoDB, Secrets
   * Manager, X-Ray and, with handlers or `events`, SNS: by a NAT gateway, or by VPC endpoints. The circuit breaker and
   * handlers that reply must also reach api.twilio.com, and with `fallbackRegion` a function SQS of another region,
   * which need a NAT gateway. The local gateway has no VPC.
   * @default the functions run outside a VPC
   */
  readonly vpc?: IVpc;
  /**
   * The subnets of `vpc`.
   * @default the private subnets with a way out
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * The security groups of the functions. They must allow HTTPS to the outside.
   * @default one for each function, which allows everything to the outside
   */
  readonly securityGroups?: ISecurityGroup[];
  /**
   * A stage of an HTTP API of yours that gets the gateway's routes. Throttle, access log, domain name and the alarms
   * about the API are then yours.
   * @default the gateway creates an HTTP API
   */
  readonly httpApi?: ExistingHttpApi;
  /**
   * A domain name of yours for the gateway's HTTP API, instead of `customDomain`. The address that AWS generated is
   * disabled.
   * @default the address that AWS generates
   */
  readonly domainName?: IDomainName;
  /**
   * The path of the gateway below `domainName`, such as `twilio`: the URLs are then
   * `https://<domainName>/twilio/messages` and so on.
   * @default none: the gateway has the domain name for itself
   */
  readonly domainMappingKey?: string;
}

/** The props of a gateway. Only `stageName` is required. */
export interface TwilioWebhookGatewayProps extends GatewayOptions, ExistingResources {
  /**
   * The name of the stage, such as `prod`: up to 16 lower-case letters, digits and hyphens. It is in the webhook URLs
   * and is a dimension of the metrics, so the gateways of an AWS account and region need different names.
   */
  readonly stageName: string;
  /**
   * Asks for a user name and password (HTTP Basic) in addition to the signature; `{}` is enough. The credentials are in
   * a secret of their own, the output `BasicAuthSecretArn`; Twilio gets them as `https://user:password@host/…`.
   * @default only the signature is checked
   */
  readonly basicAuth?: BasicAuthOptions;
  /**
   * Publishes an event for everything that is stored for the first time, to the topic of the output `EventTopicArn`;
   * `{}` is enough. A handler does the same.
   * @default nothing is published, unless there is a handler
   */
  readonly events?: EventsOptions;
}
