import type { Check } from './checks';
import { at, list, resources, same, type Template } from './template';

const alarmType = 'AWS::CloudWatch::Alarm';
const topicType = 'AWS::SNS::Topic';

/** The first metric of each alarm that every stage has. */
const expectedMetrics = [
  'AWS/ApiGateway 4xx',
  'AWS/ApiGateway 5xx',
  'AWS/ApiGateway Count',
  'AWS/DynamoDB SystemErrors',
  'AWS/DynamoDB ThrottledRequests',
  'AWS/Lambda Duration',
  'AWS/Lambda Errors',
  'AWS/Lambda Errors',
  'AWS/Lambda Throttles',
  'AWS/Lambda Throttles',
  'AWS/SQS ApproximateAgeOfOldestMessage',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'TwilioWebhookGateway ConfigError',
  'TwilioWebhookGateway EnqueueFailed',
  'TwilioWebhookGateway FrontDoorMisdirected',
  'TwilioWebhookGateway FrontDoorThrottled',
  'TwilioWebhookGateway InternalError',
  'TwilioWebhookGateway OtherContent',
  'TwilioWebhookGateway OtherReading',
  'TwilioWebhookGateway PoisonEnvelope',
  'TwilioWebhookGateway RecordFailed',
  'TwilioWebhookGateway SecretUnavailable',
  'TwilioWebhookGateway SignatureRejected',
  'TwilioWebhookGateway StaleSecretUsed',
  'TwilioWebhookGateway UnrecognizedWebhook',
  'TwilioWebhookGateway UnusableRequest',
];

/** Those of the alarms that a breaker adds. */
const expectedWithBreaker = [
  'AWS/Lambda Errors',
  'AWS/Lambda Throttles',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'TwilioWebhookGateway BreakerDrill',
  'TwilioWebhookGateway BreakerFailed',
  'TwilioWebhookGateway BreakerRefused',
  'TwilioWebhookGateway BreakerSuppressed',
  'TwilioWebhookGateway BreakerTripped',
  'TwilioWebhookGateway BreakerWouldTrip',
  'TwilioWebhookGateway ConfigError',
];

/** Those of the alarms that reconciliation adds. */
const expectedWithReconciliation = [
  'AWS/Lambda Errors',
  'TwilioWebhookGateway ConfigError',
  'TwilioWebhookGateway MissedWebhooks',
  'TwilioWebhookGateway ReconciliationLag',
];

/** Those of the alarms that the fallback lane adds. */
const expectedWithFallbackLane = [
  'AWS/Lambda Errors',
  'AWS/SQS ApproximateAgeOfOldestMessage',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'TwilioWebhookGateway FallbackAccepted',
  'TwilioWebhookGateway FallbackFailed',
  'TwilioWebhookGateway FallbackRejected',
];

/** Those of the alarms that other options add: silence, wrong Basic credentials, and unanswered challenges. */
const optionalMetrics = ['Accepted', 'BasicChallenge', 'BasicRejected'].map((name) => `TwilioWebhookGateway ${name}`);

const hasFunction = (template: Template, name: string): boolean =>
  resources(template, 'AWS::Lambda::Function').some(([id]) => id.startsWith(name));

const metricOf = (alarm: Record<string, unknown>): string => {
  const metric = list(alarm['Metrics'])
    .map((query) => at(query, 'MetricStat', 'Metric'))
    .find((value) => value !== undefined);
  const read = metric ?? alarm;
  return `${String(at(read, 'Namespace'))} ${String(at(read, 'MetricName'))}`;
};

/** Those of the alarms that publishing events adds. */
const expectedWithEvents = [
  'AWS/Lambda Errors',
  'AWS/Lambda IteratorAge',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
];

/** Those of the alarms that a handler adds. */
const expectedWithHandler = [
  'AWS/Lambda Errors',
  'AWS/SQS ApproximateAgeOfOldestMessage',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'TwilioWebhookGateway HandlerFailed',
];

/** That of the alarm that a reply function adds. */
const expectedWithReplyFunction = ['TwilioWebhookGateway ReplyFallback'];

const isFifo = (resource: { readonly Properties: Readonly<Record<string, unknown>> }): boolean =>
  resource.Properties['FifoTopic'] === true;

const hasEvents = (template: Template): boolean => resources(template, topicType).some(([, topic]) => isFifo(topic));

const handlerCount = (template: Template): number =>
  resources(template, 'AWS::Lambda::Function').filter(([id]) => /^Events.+HandlerFunction/.test(id)).length;

const hasReplyFunction = (template: Template): boolean =>
  resources(template, 'AWS::IAM::Policy').some(([, policy]) =>
    JSON.stringify(policy.Properties).includes('lambda:InvokeFunction'),
  );

const alarmsAreComplete: Check = ({ template }) => {
  const metrics = resources(template, alarmType).map(([, alarm]) => metricOf(alarm.Properties));
  const unwatched = [
    ...expectedMetrics,
    ...(hasFunction(template, 'Breaker') ? expectedWithBreaker : []),
    ...(hasFunction(template, 'Reconciliation') ? expectedWithReconciliation : []),
    ...(hasFunction(template, 'Canary') ? ['TwilioWebhookGateway CanarySucceeded'] : []),
    ...(hasFunction(template, 'FallbackLane') ? expectedWithFallbackLane : []),
    ...(hasFunction(template, 'FallbackRegion') ? ['TwilioWebhookGateway DrainSucceeded'] : []),
    ...(hasEvents(template) ? expectedWithEvents : []),
    ...(hasReplyFunction(template) ? expectedWithReplyFunction : []),
    ...Array.from({ length: handlerCount(template) }, () => expectedWithHandler).flat(),
    ...optionalMetrics.filter((metric) => metrics.includes(metric)),
  ];
  const unknown = metrics.filter((metric) => {
    const index = unwatched.indexOf(metric);
    if (index >= 0) unwatched.splice(index, 1);
    return index < 0;
  });
  return [
    ...unwatched.map((metric) => `no alarm watches ${metric}`),
    ...unknown.map((metric) => `${metric} is watched and not in the documented list`),
  ];
};

const alarmsNotifyTheTopic: Check = ({ template }) => {
  const topics = resources(template, topicType).map(([id]) => ({ Ref: id }));
  return resources(template, alarmType).flatMap(([id, { Properties: alarm }]) => {
    const notifies = (key: string) => list(alarm[key]).some((action) => topics.some((topic) => same(action, topic)));
    return [
      ...(notifies('AlarmActions') ? [] : [`${id} does not notify the topic when it goes off`]),
      ...(notifies('OKActions') ? [] : [`${id} does not notify the topic when it is over`]),
      ...(alarm['ActionsEnabled'] === false ? [`${id} has its actions off`] : []),
      ...(typeof alarm['TreatMissingData'] === 'string' ? [] : [`${id} does not set TreatMissingData`]),
      ...(/^\[[a-z0-9-]+\] .+\. docs\/runbook\.md#[a-z0-9-]+$/.test(String(alarm['AlarmDescription']))
        ? []
        : [`${id} has no description with a runbook anchor`]),
    ];
  });
};

/** The actions that the statements of a policy allow to CloudWatch. */
const allowedToCloudWatch = (policy: unknown): unknown[] =>
  list(at(policy, 'Statement'))
    .filter(
      (statement) =>
        at(statement, 'Effect') === 'Allow' && at(statement, 'Principal', 'Service') === 'cloudwatch.amazonaws.com',
    )
    .flatMap((statement) => [...list(at(statement, 'Action'))]);

const cloudWatchCanPublish: Check = ({ template }) =>
  resources(template, topicType).flatMap(([id, topic]) => {
    const key = at(topic.Properties['KmsMasterKeyId'], 'Fn::GetAtt', 0);
    const keyPolicy = typeof key === 'string' ? template.Resources[key]?.Properties['KeyPolicy'] : undefined;
    const policies = resources(template, 'AWS::SNS::TopicPolicy').filter(([, policy]) =>
      list(policy.Properties['Topics']).some((value) => same(value, { Ref: id })),
    );
    const statements = policies.flatMap(([, policy]) => [
      ...list(at(policy.Properties, 'PolicyDocument', 'Statement')),
    ]);
    const useKey = allowedToCloudWatch(keyPolicy);
    // No alarm can notify a FIFO topic.
    const mustPublish = !isFifo(topic);
    return [
      ...(!mustPublish || (useKey.includes('kms:Decrypt') && useKey.includes('kms:GenerateDataKey'))
        ? []
        : [`${id} has a key that CloudWatch cannot use, so alarms would not be sent`]),
      ...(!mustPublish ||
      policies.some(([, policy]) => allowedToCloudWatch(policy.Properties['PolicyDocument']).includes('sns:Publish'))
        ? []
        : [`${id} does not allow CloudWatch to publish`]),
      ...(statements.some(
        (statement) =>
          at(statement, 'Effect') === 'Deny' && at(statement, 'Condition', 'Bool', 'aws:SecureTransport') === 'false',
      )
        ? []
        : [`${id} accepts requests without TLS`]),
    ];
  });

const keysRotate: Check = ({ template }) =>
  resources(template, 'AWS::KMS::Key').flatMap(([id, key]) =>
    key.Properties['EnableKeyRotation'] === true ? [] : [`${id} does not rotate`],
  );

const logGroupsHaveRetention: Check = ({ template }) =>
  resources(template, 'AWS::Logs::LogGroup').flatMap(([id, group]) =>
    typeof group.Properties['RetentionInDays'] === 'number' ? [] : [`${id} keeps logs indefinitely`],
  );

/**
 * Account SIDs, API keys, phone numbers, 32 hexadecimal digits like an Auth Token (but not a usage trigger's SID), and
 * keys whose value is a secret.
 */
const secretPattern =
  /\b(?:AC|SK)[0-9a-f]{32}\b|\+[1-9]\d{7,14}\b|(?<![0-9a-fA-F]|UT)[0-9a-fA-F]{32}(?![0-9a-fA-F])|"(?:password|authToken|token)"\s*:/i;

/** The paths in a template that look like a secret or a phone number. */
const secretsIn = (value: unknown, path = ''): string[] => {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => [
      ...(secretPattern.test(key) ? [`${path}/${key}`] : []),
      ...secretsIn(inner, `${path}/${key}`),
    ]);
  }
  return secretPattern.test(String(value)) ? [path] : [];
};

/** A subscription may filter by your own numbers. */
const isFilter = (path: string): boolean => /\/FilterPolicy\/(?:to|from)\//.test(path);

const noSecrets: Check = ({ template }) =>
  secretsIn(template)
    .filter((path) => !isFilter(path))
    .map((path) => `${path.slice(1)} looks like a secret or a phone number`);

const physicalNames = [
  'AlarmName',
  'Alias',
  'DashboardName',
  'FunctionName',
  'LogGroupName',
  'Name',
  'PolicyName',
  'QueueName',
  'RoleName',
  'TableName',
  'TopicName',
];
/** Types whose name need not be unique in the account, or is that of another resource. */
const allowedNames = [
  'AWS::ApiGatewayV2::Api',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  // A custom domain belongs to one stage.
  'AWS::Route53::RecordSet',
];

const noFixedNames: Check = ({ template }) =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    allowedNames.includes(Type)
      ? []
      : physicalNames.flatMap((key) => {
          const name = Properties[key];
          const generated = name === undefined || JSON.stringify(name).includes('{"Ref":"AWS::StackId"}');
          return generated ? [] : [`${id} has the fixed ${key} ${JSON.stringify(name)}`];
        }),
  );

/** The intrinsic functions that the local gateway resolves. */
const intrinsics = ['Ref', 'Fn::GetAtt', 'Fn::Join', 'Fn::Sub', 'Fn::Select', 'Fn::Split'];

const intrinsicsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        ...(/^(?:Fn::|Ref$|Condition$)/.test(key) && typeof inner !== 'undefined' ? [key] : []),
        ...intrinsicsIn(inner),
      ])
    : [];

const runsLocally: Check = ({ template }: { template: Template }) =>
  Object.entries({ ...template.Resources, ...template.Outputs }).flatMap(([id, part]) =>
    intrinsicsIn(part)
      // `Condition` is also a key of a policy statement.
      .filter((name) => name !== 'Condition' && !intrinsics.includes(name))
      .map((name) => `${id} uses ${name}, which the local gateway does not resolve`),
  );

export const operationChecks = {
  'the alarms are exactly the documented ones': alarmsAreComplete,
  'every alarm notifies the topic and links the runbook': alarmsNotifyTheTopic,
  'CloudWatch can publish to the topic, and requests without TLS are denied': cloudWatchCanPublish,
  'keys rotate': keysRotate,
  'every log group has a retention': logGroupsHaveRetention,
  'nothing looks like a secret, a SID or a phone number': noSecrets,
  'no physical name is fixed, so stages can share an account': noFixedNames,
  'the local gateway resolves every intrinsic': runsLocally,
} satisfies Record<string, Check>;
