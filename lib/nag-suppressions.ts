import type { StageOptions } from './stage/stage-options';
import type { FunctionName } from '../lambda/shared/contract/function-names';

/** A finding that is right in general and wrong here. */
export interface RuleAcknowledgement {
  /** The rule's exact id, with the finding in brackets where the rule has several. */
  readonly id: string;
  /** The construct it is acknowledged on, below the stack; nothing above or beside it. `*` stands for one name. */
  readonly path: string;
  /**
   * The option of a stage that makes the construct: without it the path names nothing.
   * @default every stage has the construct
   */
  readonly onlyWith?: keyof StageOptions;
  /**
   * The option of a stage that fixes the finding.
   * @default none does
   */
  readonly onlyWithout?: keyof StageOptions;
  readonly reason: string;
}

const synchronous =
  'The function is invoked synchronously: by API Gateway, whose caller gets the error, or by an event source mapping, whose queue has a dead-letter queue.';
const ownPolicy =
  'The policy belongs to one role, and lives and dies with it. A managed policy could be attached elsewhere.';
const noReserve =
  'A cap on ingress refuses webhooks, and one on a consumer turns throttled messages into dead letters. Load is limited by the maximum concurrency of the event source, cost by the throttle of the front door.';
const noVpc =
  'It talks to AWS services and to Twilio over TLS, with IAM as the guard. A VPC would add NAT or endpoints that can fail, and protect nothing more.';
const basicRotation =
  'The credentials stand in the URL that Twilio was given, so a person changes both; the secret holds two pairs meanwhile.';
const awsKey =
  "Encrypted with AWS's key. The option customerManagedKey gives the stage a key of its own, with its cost and one more thing that can refuse a webhook.";
const ownRotation =
  "The token is Twilio's to rotate: `gateway secret rotate` does it without losing a webhook, or AWS's managed external secret, whose shape this secret has.";
const parentRotation =
  "The parent account's key or token is Twilio's to make; a person stores the new one by `gateway breaker secret`, and a drill proves it.";
const isDeadLetterQueue =
  'It is the dead-letter queue. What lies in it raises an alarm, and people decide about it.';
const queueIsTheSource =
  'The source is a queue, whose redrive policy is the destination of what fails. Lambda takes destinations for streams only.';

const xray =
  "X-Ray's PutTraceSegments and PutTelemetryRecords take no resource: AWS allows them on `*` only. The statement holds nothing else.";

/** Findings on the breaker, which a stage has if it asks for one; paths below the construct. */
const ofBreaker = (
  entries: readonly (readonly [id: string, path: string, reason: string])[],
): RuleAcknowledgement[] =>
  entries.map(([id, path, reason]) => ({
    id,
    path: `Breaker/${path}`,
    onlyWith: 'breaker',
    ...(reason === awsKey ? { onlyWithout: 'customerManagedKey' } : {}),
    reason,
  }));

/** Findings that every `GatewayFunction` has, on its children. */
export const functionFindings = [
  { id: 'AwsSolutions-IAM5[Resource::*]', below: 'Role', reason: xray },
  { id: 'Serverless-LambdaDLQ', below: 'Function', reason: synchronous },
  { id: 'NIST.800.53.R5-LambdaDLQ', below: 'Function', reason: synchronous },
  { id: 'NIST.800.53.R5-LambdaConcurrency', below: 'Function', reason: noReserve },
  { id: 'NIST.800.53.R5-LambdaInsideVPC', below: 'Function', reason: noVpc },
  { id: 'NIST.800.53.R5-IAMNoInlinePolicy', below: 'Role', reason: ownPolicy },
  {
    id: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    below: 'Log',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
] as const;

/** Every finding of cdk-nag's packs that is accepted. A test fails on one that matches nothing. */
export const acknowledgements: readonly RuleAcknowledgement[] = [
  {
    id: 'AwsSolutions-APIG4',
    path: 'FrontDoor/Route-*',
    reason:
      'Twilio cannot present an IAM or JWT authorization. Its signature over URL and body is the authorization, and ingress verifies it before anything else.',
  },
  {
    id: 'AwsSolutions-SMG4',
    path: 'AccountSecrets/*',
    reason:
      "The token is Twilio's to rotate. The secret has the shape of AWS's managed external secret, so that its rotation can be switched on; ingress accepts the old and the new token meanwhile.",
  },
  {
    id: 'AwsSolutions-SMG4',
    path: 'BasicAuthCredentials',
    onlyWith: 'basicAuth',
    reason: basicRotation,
  },
  { id: 'Serverless-SQSRedrivePolicy', path: 'EventQueue/DeadLetterQueue', reason: isDeadLetterQueue },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    path: 'Consumer/EventSource',
    reason: queueIsTheSource,
  },
  ...(['Ingress', 'Consumer'] satisfies readonly Capitalize<FunctionName>[]).flatMap((name) =>
    functionFindings.map(({ below, ...finding }) => ({ ...finding, path: `${name}/${below}` })),
  ),
  { id: 'NIST.800.53.R5-SecretsManagerRotationEnabled', path: 'AccountSecrets/*', reason: ownRotation },
  {
    id: 'NIST.800.53.R5-SecretsManagerUsingKMSKey',
    path: 'AccountSecrets/*',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
  {
    id: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    path: 'FrontDoor/AccessLog',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
  {
    id: 'NIST.800.53.R5-DynamoDBInBackupPlan',
    path: 'EventTable/Table',
    reason:
      'Point-in-time recovery restores any second of 35 days. A backup plan that outlives an AWS account belongs to the organization, which selects tables by tag: each carries `Application` and `Stage`.',
  },
  {
    id: 'NIST.800.53.R5-SecretsManagerRotationEnabled',
    path: 'BasicAuthCredentials',
    onlyWith: 'basicAuth',
    reason: basicRotation,
  },
  {
    id: 'NIST.800.53.R5-SecretsManagerUsingKMSKey',
    path: 'BasicAuthCredentials',
    onlyWith: 'basicAuth',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
  {
    id: 'Serverless-SNSRedrivePolicy',
    path: 'AlarmTopic/Topic/*@*',
    onlyWith: 'alarmEmails',
    reason:
      'SNS tries an e-mail for six hours. It is a copy of an alarm that stays red in CloudWatch and on the dashboard; a queue of undelivered copies would be read by nobody.',
  },
  ...ofBreaker([
    ['AwsSolutions-SMG4', 'ParentCredentials', parentRotation],
    ['AwsSolutions-IAM5[Resource::*]', 'Breaker/Role', xray],
    ['Serverless-SQSRedrivePolicy', 'Queues/DeadLetterQueue', isDeadLetterQueue],
    ['Serverless-LambdaEventSourceMappingDestination', 'EventSource', queueIsTheSource],
    ['Serverless-LambdaDLQ', 'Breaker/Function', synchronous],
    ['NIST.800.53.R5-LambdaDLQ', 'Breaker/Function', synchronous],
    ['NIST.800.53.R5-LambdaConcurrency', 'Breaker/Function', noReserve],
    ['NIST.800.53.R5-LambdaInsideVPC', 'Breaker/Function', noVpc],
    ['NIST.800.53.R5-IAMNoInlinePolicy', 'Breaker/Role', ownPolicy],
    ['NIST.800.53.R5-SecretsManagerRotationEnabled', 'ParentCredentials', parentRotation],
    ['NIST.800.53.R5-SecretsManagerUsingKMSKey', 'ParentCredentials', awsKey],
    ['NIST.800.53.R5-CloudWatchLogGroupEncrypted', 'Breaker/Log', awsKey],
  ]),
];
