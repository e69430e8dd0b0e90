import { regionFindings } from './constructs/lane/region-findings';
import type { StageOptions } from './stage/stage-options';
import type { FunctionName } from '../lambda/shared/contract/function-names';

/** A finding of cdk-nag that is accepted, in the CDK's word "acknowledged". */
export interface RuleAcknowledgement {
  /** The rule's exact id, with the finding in brackets if the rule has several. */
  readonly id: string;
  /** Path of the construct below the stack. `*` matches one name. */
  readonly path: string;
  /**
   * The stage option that creates the construct: without it the path matches nothing. A handler does the same as
   * `events`.
   * @default every stage has the construct
   */
  readonly onlyWith?: keyof StageOptions;
  /**
   * The stage option that removes the finding.
   * @default no option does
   */
  readonly onlyWithout?: keyof StageOptions;
  readonly reason: string;
}

type Finding = Omit<RuleAcknowledgement, 'path'>;

const synchronousInvocation =
  'The function is invoked synchronously: by API Gateway, whose caller gets the error, or by an event source ' +
  'mapping, whose queue has a dead-letter queue.';
const scheduledInvocation =
  'A schedule invokes the function. A failed invocation has an alarm, and the next one does its work.';
const inlinePolicy =
  'The policy belongs to exactly one role and is deleted with it. A managed policy could be attached elsewhere.';
const noReservedConcurrency =
  'Reserved concurrency makes ingress reject webhooks, and turns throttled messages of a consumer into dead letters. ' +
  "The event source's maximum concurrency limits load, and the throttle of the HTTP API limits costs.";
const noVpc =
  'The function only calls AWS services and Twilio, over TLS and with IAM permissions. A VPC would add NAT gateways ' +
  'or endpoints that can fail, and would protect nothing more.';
const basicAuthRotation =
  'Twilio has the credentials in its webhook URLs, so an operator changes both; until then the secret contains two ' +
  'pairs.';
const awsKey =
  "Encrypted with AWS's key. The option customerManagedKey gives the stage a key of its own, which costs money and " +
  'is one more dependency that can make webhooks fail.';
const accountSecretRotation =
  "Only Twilio can create a new token. `gateway secret rotate` rotates it without losing a webhook; AWS's managed " +
  'external secret rotation works too, because the secret has its shape. Ingress accepts the old and the new token ' +
  'during a rotation.';
const parentCredentialsRotation =
  "Only Twilio can create the parent account's key or token. An operator stores the new one with `gateway breaker " +
  'secret`, and a drill proves that it works.';
const isDeadLetterQueue =
  'This is the dead-letter queue. A message in it raises an alarm, and an operator decides what to do with it.';
const queueHasRedrivePolicy =
  'The event source is a queue, whose redrive policy handles failures. Lambda supports destinations for streams only.';
const nothingConsumes =
  'Nothing consumes this queue. A message in it raises an alarm, and an operator decides what to do with it.';
const canariesAreNotKept =
  'The queue has the events of canaries for five minutes. A canary that nobody takes has failed.';
const replyCredentialsRotation =
  'Only Twilio can create the API key that sends replies. An operator stores the new one with ' +
  '`gateway replies secret`.';
const listCredentialsRotation =
  'Only Twilio can create the API key that reads its lists. An operator stores the new one with `gateway reconcile ' +
  'secret`.';
const handledEventsAreShortLived =
  'The table only remembers for some weeks which events were handled. Point-in-time recovery restores it.';
const bucketAccessIsNotLogged =
  'Logs of the accesses would need another bucket, which outlives the media. The S3 data events of a trail of ' +
  'CloudTrail record the same, for every bucket of the AWS account.';
const mediaAreCopies =
  'Twilio has the media until they are deleted there. A second copy or an older version would keep what an erasure ' +
  "of a person's data must remove.";
const notTraced =
  'The request id follows a webhook through the logs of all functions. Traces cost more than the gateway itself: the ' +
  'option `tracing` switches them on.';
const xray =
  "X-Ray's PutTraceSegments and PutTelemetryRecords do not support resource-level permissions, so the resource must " +
  'be `*`. The statement allows nothing else.';

/** The findings of every `GatewayFunction`, by the name of the child construct. */
export const functionFindings: readonly (Finding & { readonly child: string })[] = [
  { child: 'Role', id: 'AwsSolutions-IAM5[Resource::*]', onlyWith: 'tracing', reason: xray },
  { child: 'Function', id: 'Serverless-LambdaTracing', onlyWithout: 'tracing', reason: notTraced },
  { child: 'Function', id: 'Serverless-LambdaDLQ', reason: synchronousInvocation },
  { child: 'Function', id: 'NIST.800.53.R5-LambdaDLQ', reason: synchronousInvocation },
  { child: 'Function', id: 'NIST.800.53.R5-LambdaConcurrency', reason: noReservedConcurrency },
  { child: 'Function', id: 'NIST.800.53.R5-LambdaInsideVPC', reason: noVpc },
  { child: 'Role', id: 'NIST.800.53.R5-IAMNoInlinePolicy', reason: inlinePolicy },
  {
    child: 'Log',
    id: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
];

/**
 * Where each function is in the stack, with the option that creates it. The authorizer is not in the gateway's stack:
 * `WebSocketAuthorizer` acknowledges its findings itself.
 */
const functionPaths: Readonly<
  Record<Exclude<FunctionName, 'authorizer'>, Pick<RuleAcknowledgement, 'path' | 'onlyWith'>>
> = {
  ingress: { path: 'Ingress' },
  consumer: { path: 'Consumer' },
  breaker: { path: 'Breaker/Breaker', onlyWith: 'breaker' },
  publisher: { path: 'Events/EventTopic/Publisher', onlyWith: 'events' },
  reconciler: { path: 'Reconciliation/Reconciler', onlyWith: 'reconciliation' },
  canary: { path: 'Canary/Canary', onlyWith: 'canary' },
  fallback: { path: 'FallbackLane/Verifier', onlyWith: 'fallbackLane' },
  drain: { path: 'FallbackRegion/Drain', onlyWith: 'fallbackRegion' },
};

const isScheduled = (name: string): boolean => ['reconciler', 'canary', 'drain'].includes(name);

/** The policies of a function's role that are resources of their own. One has the secrets of many accounts. */
const policiesOf = (name: string, child: string, id: string): readonly string[] =>
  (name === 'fallback' || name === 'canary') && child === 'Role' && id === 'NIST.800.53.R5-IAMNoInlinePolicy'
    ? ['Role/DefaultPolicy', 'Role/ReadAccountSecrets']
    : [child];

const ofFunctions = Object.entries(functionPaths).flatMap(([name, { path, ...option }]) =>
  functionFindings.flatMap(({ child, ...finding }) =>
    policiesOf(name, child, finding.id).map((part) => ({
      ...finding,
      ...(isScheduled(name) && finding.reason === synchronousInvocation ? { reason: scheduledInvocation } : {}),
      ...option,
      path: `${path}/${part}`,
    })),
  ),
);

/** The findings of a secret that is not rotated by AWS. */
const ofSecret = (
  secret: Pick<RuleAcknowledgement, 'path' | 'onlyWith'>,
  rotation: string,
): readonly RuleAcknowledgement[] => [
  { ...secret, id: 'AwsSolutions-SMG4', reason: rotation },
  { ...secret, id: 'NIST.800.53.R5-SecretsManagerRotationEnabled', reason: rotation },
  {
    ...secret,
    id: 'NIST.800.53.R5-SecretsManagerUsingKMSKey',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
];

const ofMediaBucket: readonly RuleAcknowledgement[] = (
  [
    { id: 'AwsSolutions-S1', reason: bucketAccessIsNotLogged },
    { id: 'NIST.800.53.R5-S3BucketLoggingEnabled', reason: bucketAccessIsNotLogged },
    { id: 'NIST.800.53.R5-S3BucketReplicationEnabled', reason: mediaAreCopies },
    { id: 'NIST.800.53.R5-S3BucketVersioningEnabled', reason: mediaAreCopies },
    { id: 'NIST.800.53.R5-S3DefaultEncryptionKMS', onlyWithout: 'customerManagedKey', reason: awsKey },
  ] satisfies Finding[]
).map((finding) => ({ ...finding, path: 'MediaBucket/Bucket', onlyWith: 'mediaBucket' }));

/** Every accepted finding of cdk-nag's rule packs. A test fails if one of them matches nothing. */
export const acknowledgements: readonly RuleAcknowledgement[] = [
  {
    id: 'AwsSolutions-APIG4',
    path: 'FrontDoor/Route-*',
    reason:
      'Twilio cannot send an IAM or JWT authorization. Its signature of the URL and the body is the authorization, ' +
      'and ingress verifies it before it accepts anything.',
  },
  {
    id: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    path: 'FrontDoor/AccessLog',
    onlyWithout: 'customerManagedKey',
    reason: awsKey,
  },
  ...ofFunctions,
  ...ofSecret({ path: 'AccountSecrets/*' }, accountSecretRotation),
  ...ofSecret({ path: 'BasicAuthCredentials', onlyWith: 'basicAuth' }, basicAuthRotation),
  ...ofSecret({ path: 'Breaker/ParentCredentials', onlyWith: 'breaker' }, parentCredentialsRotation),
  ...ofSecret({ path: 'Events/ReplyCredentials', onlyWith: 'events' }, replyCredentialsRotation),
  {
    id: 'Serverless-EventBusDLQ',
    path: 'Reconciliation/Schedule/Rule',
    onlyWith: 'reconciliation',
    reason: scheduledInvocation,
  },
  { id: 'Serverless-EventBusDLQ', path: 'Canary/Schedule/Rule', onlyWith: 'canary', reason: scheduledInvocation },
  {
    id: 'Serverless-EventBusDLQ',
    path: 'FallbackRegion/Schedule/Rule',
    onlyWith: 'fallbackRegion',
    reason: scheduledInvocation,
  },
  ...regionFindings,
  ...['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'].map((id) => ({
    id,
    path: 'Canary/Queue',
    onlyWith: 'canary' as const,
    reason: canariesAreNotKept,
  })),
  ...ofSecret({ path: 'Reconciliation/Credentials', onlyWith: 'reconciliation' }, listCredentialsRotation),
  ...ofMediaBucket,
  { id: 'Serverless-SQSRedrivePolicy', path: 'EventQueue/DeadLetterQueue', reason: isDeadLetterQueue },
  ...['Failures', 'Undelivered'].flatMap((name) =>
    ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'].map((id) => ({
      id,
      path: `Events/EventTopic/${name}`,
      onlyWith: 'events' as const,
      reason: nothingConsumes,
    })),
  ),
  {
    id: 'NIST.800.53.R5-DynamoDBInBackupPlan',
    path: 'Events/HandledEvents',
    onlyWith: 'events',
    reason: handledEventsAreShortLived,
  },
  {
    id: 'Serverless-SQSRedrivePolicy',
    path: 'Breaker/Queues/DeadLetterQueue',
    onlyWith: 'breaker',
    reason: isDeadLetterQueue,
  },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    path: 'Consumer/EventSource',
    reason: queueHasRedrivePolicy,
  },
  {
    id: 'AwsSolutions-APIG4',
    path: 'FallbackLane/Route',
    onlyWith: 'fallbackLane',
    reason:
      'Twilio cannot send an IAM or JWT authorization. Nothing on the queue of this route is trusted: a function ' +
      'verifies the signature of each request before it goes to the event queue.',
  },
  {
    id: 'NIST.800.53.R5-IAMNoInlinePolicy',
    path: 'FallbackLane/SenderRole',
    onlyWith: 'fallbackLane',
    reason: inlinePolicy,
  },
  {
    id: 'Serverless-SQSRedrivePolicy',
    path: 'FallbackLane/Queues/DeadLetterQueue',
    onlyWith: 'fallbackLane',
    reason: isDeadLetterQueue,
  },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    path: 'FallbackLane/EventSource',
    onlyWith: 'fallbackLane',
    reason: queueHasRedrivePolicy,
  },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    path: 'Breaker/EventSource',
    onlyWith: 'breaker',
    reason: queueHasRedrivePolicy,
  },
  {
    id: 'NIST.800.53.R5-DynamoDBInBackupPlan',
    path: 'EventTable/Table',
    reason:
      'Point-in-time recovery restores any second of the last 35 days. A backup plan that outlives an AWS account is ' +
      'made by the organization, which selects tables by tag: this one has `Application` and `Stage`.',
  },
  {
    id: 'Serverless-SNSRedrivePolicy',
    path: 'AlarmTopic/Topic/*@*',
    onlyWith: 'alarmEmails',
    reason:
      'SNS retries an e-mail for six hours. The alarm itself stays visible in CloudWatch and on the dashboard; ' +
      'nobody would read a queue of undelivered e-mails.',
  },
];
