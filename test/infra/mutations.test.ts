import { checks, type CheckName } from './checks/checks';
import { at, list, logicalId, resources, synthesizeTemplate, type Resource, type Template } from './checks/template';

const prod = synthesizeTemplate('prod', {
  production: true,
  accounts: ['main', 'support'],
  basicAuth: true,
  tracing: true,
  breaker: { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] },
});

const first = (template: Template, type: string, prefix = ''): Resource => {
  const found = resources(template, type).find(([id]) => id.startsWith(prefix));
  if (found === undefined) throw new Error(`no ${type} begins with ${prefix}`);
  return found[1];
};
const properties = (template: Template, type: string, prefix = ''): Record<string, unknown> =>
  first(template, type, prefix).Properties;
/** Sets the existing value at a path, or removes it with undefined. */
const change = (target: unknown, path: readonly (string | number)[], value: unknown): void => {
  const parent = at(target, ...path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || key === undefined || !(key in parent)) {
    throw new Error(`nothing to change at ${path.join('.')}`);
  }
  if (value === undefined) Reflect.deleteProperty(parent, key);
  else Reflect.set(parent, key, value);
};
const remove = (template: Template, type: string, prefix: string): void => {
  change(template.Resources, [logicalId(template, type, prefix)], undefined);
};

const queue = 'AWS::SQS::Queue';
const fn = 'AWS::Lambda::Function';
const api = 'AWS::ApiGatewayV2::';
const alarm = 'AWS::CloudWatch::Alarm';
const policy = 'AWS::IAM::Policy';

const watchedResource = (dimension: string, type: string, prefix: string) => (template: Template) => {
  const id = logicalId(template, type, prefix);
  return dimension === 'QueueName' ? { 'Fn::GetAtt': [id, 'QueueName'] } : { Ref: id };
};

/** Changes one dimension of an alarm, so that it no longer watches its own resource. */
const redirected = (
  id: string,
  dimension: string,
  value: (template: Template) => unknown,
): readonly [string, CheckName, (template: Template) => void] => [
  `the alarm ${id} with another ${dimension}`,
  'every alarm watches the resource in its name',
  (t) => {
    const watching = properties(t, alarm, `Alarms${id}`);
    const metrics = [watching, ...list(watching['Metrics']).map((query) => at(query, 'MetricStat', 'Metric'))];
    const found = metrics
      .flatMap((metric) => [...list(at(metric, 'Dimensions'))])
      .find((entry) => at(entry, 'Name') === dimension);
    change(found, ['Value'], value(t));
  },
];

const ofQueue = (prefix: string) => watchedResource('QueueName', queue, prefix);
const ofFunction = (prefix: string) => watchedResource('FunctionName', fn, prefix);
const redirectedAlarms = [
  redirected('DeadLetters', 'QueueName', ofQueue('EventQueue7')),
  redirected('DeadLetters', 'QueueName', ofQueue('BreakerQueuesDeadLetter')),
  redirected('OldestMessage', 'QueueName', ofQueue('EventQueueDeadLetter')),
  redirected('BreakerDeadLetters', 'QueueName', ofQueue('EventQueueDeadLetter')),
  redirected('BreakerDeadLetters', 'QueueName', ofQueue('BreakerQueuesQueue')),
  redirected('IngressErrors', 'FunctionName', ofFunction('Consumer')),
  redirected('IngressThrottles', 'FunctionName', ofFunction('Consumer')),
  redirected('IngressSlow', 'FunctionName', ofFunction('Breaker')),
  redirected('ConsumerErrors', 'FunctionName', ofFunction('Ingress')),
  redirected('ConsumerThrottles', 'FunctionName', ofFunction('Breaker')),
  redirected('BreakerErrors', 'FunctionName', ofFunction('Ingress')),
  redirected('BreakerThrottles', 'FunctionName', ofFunction('Consumer')),
  redirected('TableThrottled', 'TableName', () => 'another'),
  redirected('TableSystemErrors', 'Operation', () => 'Query'),
  redirected('ServerErrors', 'ApiId', () => 'another'),
  redirected('ServerErrors', 'Stage', () => 'dev'),
  redirected('FrontDoorBusy', 'ApiId', () => 'another'),
  redirected('StageMissed', 'ApiId', () => 'another'),
  redirected('StageMissed', 'Stage', () => 'dev'),
  redirected('UnrecognizedWebhook', 'service', () => 'ingress'),
  redirected('OtherReading', 'service', () => 'ingress'),
  redirected('OtherContent', 'Stage', () => 'dev'),
  redirected('BasicUnanswered', 'service', () => 'consumer'),
  redirected('FrontDoorThrottled', 'Stage', () => 'dev'),
  redirected('WebhooksMisdirected', 'Stage', () => 'dev'),
  redirected('SignatureRejected', 'service', () => 'consumer'),
  redirected('ConfigError', 'service', () => 'breaker'),
  redirected('BreakerConfigError', 'service', () => 'ingress'),
  redirected('RecordFailed', 'service', () => 'ingress'),
  redirected('EnqueueFailed', 'Stage', () => 'dev'),
];

type Mutation = readonly [string, CheckName, (template: Template) => void];

/** Careless changes, each with the check that must find it. */
const mutations: readonly Mutation[] = [
  [
    'enforceSSL removed from the dead-letter queue',
    'queues reject requests without TLS',
    (t) => remove(t, 'AWS::SQS::QueuePolicy', 'EventQueueDeadLetterQueue'),
  ],
  [
    'encryption removed from a queue',
    'queues are encrypted',
    (t) => change(properties(t, queue), ['SqsManagedSseEnabled'], undefined),
  ],
  [
    'dead letters kept for four days',
    'dead letters are kept longer than messages, and come from their own queue only',
    (t) => change(properties(t, queue, 'EventQueueDeadLetter'), ['MessageRetentionPeriod'], 345_600),
  ],
  [
    'dead letters taken from any queue',
    'dead letters are kept longer than messages, and come from their own queue only',
    (t) => change(properties(t, queue, 'EventQueueDeadLetter'), ['RedriveAllowPolicy'], undefined),
  ],
  [
    'dead-letter queue removed from the queue',
    'dead letters are kept longer than messages, and come from their own queue only',
    (t) => change(properties(t, queue, 'EventQueue7'), ['RedrivePolicy'], undefined),
  ],
  [
    'one receive instead of five',
    'dead letters are kept longer than messages, and come from their own queue only',
    (t) => change(properties(t, queue, 'EventQueue7'), ['RedrivePolicy', 'maxReceiveCount'], 1),
  ],
  [
    'visibility timeout of one function timeout',
    'a message stays hidden for six timeouts of the consumer',
    (t) => change(properties(t, queue, 'EventQueue7'), ['VisibilityTimeout'], 20),
  ],
  [
    'PITR removed',
    'the table can be restored to any second',
    (t) => change(properties(t, 'AWS::DynamoDB::Table'), ['PointInTimeRecoverySpecification'], undefined),
  ],
  [
    'an index renamed',
    'the table has the keys, indexes and TTL that code and CLI use',
    (t) => change(properties(t, 'AWS::DynamoDB::Table'), ['GlobalSecondaryIndexes', 0, 'IndexName'], 'conversations'),
  ],
  [
    'deletion protection removed',
    'data survives its stack in production, and only there',
    (t) => change(properties(t, 'AWS::DynamoDB::Table'), ['DeletionProtectionEnabled'], false),
  ],
  [
    'the secret deleted with its stack',
    'data survives its stack in production, and only there',
    (t) => change(first(t, 'AWS::SecretsManager::Secret'), ['DeletionPolicy'], 'Delete'),
  ],
  [
    'a queue that the rollback of a failed creation leaves behind',
    'data survives its stack in production, and only there',
    (t) => change(first(t, queue), ['DeletionPolicy'], 'Retain'),
  ],
  [
    'a log group deleted with its stack',
    'data survives its stack in production, and only there',
    (t) => change(first(t, 'AWS::Logs::LogGroup'), ['DeletionPolicy'], 'Delete'),
  ],
  [
    'a secret that starts without the placeholder',
    'secrets start as a placeholder that the functions reject',
    (t) => change(properties(t, 'AWS::SecretsManager::Secret'), ['GenerateSecretString', 'SecretStringTemplate'], '{}'),
  ],
  [
    'a greedy route',
    'only the literal routes exist',
    (t) => change(properties(t, `${api}Route`), ['RouteKey'], '$default'),
  ],
  [
    'the default stage',
    'there is one stage, named as configured',
    (t) => change(properties(t, `${api}Stage`), ['StageName'], '$default'),
  ],
  [
    'throttle removed',
    'the throttle is far above any peak',
    (t) => change(properties(t, `${api}Stage`), ['DefaultRouteSettings'], undefined),
  ],
  [
    'a throttle that normal traffic reaches',
    'the throttle is far above any peak',
    (t) => change(properties(t, `${api}Stage`), ['DefaultRouteSettings', 'ThrottlingRateLimit'], 50),
  ],
  [
    'access log removed',
    'the access log is JSON that no caller can forge',
    (t) => change(properties(t, `${api}Stage`), ['AccessLogSettings'], undefined),
  ],
  [
    'the user agent logged unescaped',
    'the access log is JSON that no caller can forge',
    (t) =>
      change(properties(t, `${api}Stage`), ['AccessLogSettings', 'Format'], '{"agent":"$context.identity.userAgent"}'),
  ],
  [
    'an integration timeout of 30 seconds',
    'the integration has payload format 2.0 and a timeout below ten seconds',
    (t) => change(properties(t, `${api}Integration`), ['TimeoutInMillis'], 30_000),
  ],
  [
    'a permission for every stage and route',
    'only the routes of the stage may invoke ingress',
    (t) => change(properties(t, 'AWS::Lambda::Permission'), ['SourceArn', 'Fn::Join', 1, 8], '/*/*/messages'),
  ],
  [
    'a log level at which lines with metrics are dropped',
    'functions set every important property explicitly',
    (t) => change(properties(t, fn, 'Ingress'), ['LoggingConfig', 'ApplicationLogLevel'], 'WARN'),
  ],
  [
    'lines of Lambda about each invocation',
    'functions set every important property explicitly',
    (t) => change(properties(t, fn, 'Ingress'), ['LoggingConfig', 'SystemLogLevel'], 'INFO'),
  ],
  [
    'ingress with a timeout of 30 seconds',
    'functions set every important property explicitly',
    (t) => change(properties(t, fn, 'Ingress'), ['Timeout'], 30),
  ],
  [
    'reserved concurrency on the consumer',
    'functions set every important property explicitly',
    (t) => Object.assign(properties(t, fn, 'Consumer'), { ReservedConcurrentExecutions: 5 }),
  ],
  [
    'a managed policy on a role',
    'every function has its own role and no managed policy',
    (t) =>
      Object.assign(properties(t, 'AWS::IAM::Role', 'Ingress'), {
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      }),
  ],
  [
    'one role for both functions',
    'every function has its own role and no managed policy',
    (t) => change(properties(t, fn, 'Ingress'), ['Role'], properties(t, fn, 'Consumer')['Role']),
  ],
  [
    'partial batch responses removed',
    'consumers report item failures and have a maximum concurrency',
    (t) => change(properties(t, 'AWS::Lambda::EventSourceMapping'), ['FunctionResponseTypes'], undefined),
  ],
  [
    'maximum concurrency removed',
    'consumers report item failures and have a maximum concurrency',
    (t) => change(properties(t, 'AWS::Lambda::EventSourceMapping'), ['ScalingConfig'], undefined),
  ],
  [
    'a wildcard action',
    'no policy allows a wildcard, except X-Ray',
    (t) => change(properties(t, policy, 'Ingress'), ['PolicyDocument', 'Statement', 2, 'Action'], 'sqs:*'),
  ],
  [
    'permission to read every secret of the AWS account',
    'no policy allows a wildcard, except X-Ray',
    (t) => change(properties(t, policy, 'Ingress'), ['PolicyDocument', 'Statement', 3, 'Resource'], '*'),
  ],
  [
    'another action in the wildcard statement for X-Ray',
    'no policy allows a wildcard, except X-Ray',
    (t) =>
      change(
        properties(t, policy, 'Ingress'),
        ['PolicyDocument', 'Statement', 1, 'Action'],
        ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 's3:GetObject'],
      ),
  ],
  [
    "permission for ingress to read the breaker's secret",
    "only the breaker reads the parent account's credentials, and it reads no other secret",
    (t) =>
      change(properties(t, policy, 'Ingress'), ['PolicyDocument', 'Statement', 3, 'Resource'], {
        Ref: logicalId(t, 'AWS::SecretsManager::Secret', 'BreakerParentCredentials'),
      }),
  ],
  [
    'permission for the breaker to read an account secret',
    "only the breaker reads the parent account's credentials, and it reads no other secret",
    (t) =>
      list(at(properties(t, policy, 'Breaker'), 'PolicyDocument', 'Statement')).forEach((statement) => {
        if (at(statement, 'Sid') !== 'ReadParentCredentials') return;
        change(statement, ['Resource'], {
          Ref: logicalId(t, 'AWS::SecretsManager::Secret', 'AccountSecretssupport'),
        });
      }),
  ],
  [
    "the alarm on the breaker's dead letters removed",
    'the alarms are exactly the documented ones',
    (t) => remove(t, alarm, 'AlarmsBreakerDeadLetters'),
  ],
  ...(
    [
      ['AlarmsBreakerDeadLetters', ['Dimensions', 0, 'Value', 'Fn::GetAtt', 0], 'EventQueueDeadLetterQueue'],
      ['AlarmsBreakerDeadLetters', ['Dimensions', 0, 'Value', 'Fn::GetAtt', 0], 'BreakerQueuesQueue'],
      ['AlarmsBreakerDeadLetters', ['MetricName'], 'ApproximateNumberOfMessagesNotVisible'],
      ['AlarmsBreakerErrors', ['Dimensions', 0, 'Value', 'Ref'], 'ConsumerFunction'],
      ['AlarmsBreakerThrottles', ['Dimensions', 0, 'Value', 'Ref'], 'IngressFunction'],
      ['AlarmsBreakerTripped', ['MetricName'], 'BreakerWouldTrip'],
      ['AlarmsBreakerSuppressed', ['Dimensions', 1, 'Value'], 'ingress'],
      ['AlarmsBreakerDrill', ['Dimensions', 0, 'Value'], 'dev'],
    ] as const
  ).map(([id, path, wrong]): Mutation => [
    `${id} pointed at ${wrong}`,
    'every alarm watches the resource in its name',
    (t) => {
      const [other = wrong] = Object.keys(t.Resources).filter((id) => id.startsWith(wrong));
      change(properties(t, alarm, id), path, other);
    },
  ]),
  ...(['visible', 'notVisible'] as const).map((metric): Mutation => [
    `AlarmsBreakerUndecided with ${metric} of the event queue`,
    'every alarm watches the resource in its name',
    (t) => {
      const query = list(properties(t, alarm, 'AlarmsBreakerUndecided')['Metrics']).find(
        (query) => at(query, 'Id') === metric,
      );
      const path = ['MetricStat', 'Metric', 'Dimensions', 0, 'Value', 'Fn::GetAtt', 0] as const;
      change(query, path, logicalId(t, queue, 'EventQueue7'));
    },
  ]),
  [
    "the breaker's dead letters kept for four days",
    'dead letters are kept longer than messages, and come from their own queue only',
    (t) => change(properties(t, queue, 'BreakerQueuesDeadLetter'), ['MessageRetentionPeriod'], 345_600),
  ],
  [
    'a breaker with a batch size of ten',
    'consumers report item failures and have a maximum concurrency',
    (t) => change(properties(t, 'AWS::Lambda::EventSourceMapping', 'Breaker'), ['BatchSize'], 10),
  ],
  [
    'the alarm on dead letters removed',
    'the alarms are exactly the documented ones',
    (t) => remove(t, alarm, 'AlarmsDeadLetters'),
  ],
  [
    'an alarm that reads the metric of another',
    'every alarm watches the resource in its name',
    (t) => change(properties(t, alarm, 'AlarmsEnqueueFailed'), ['MetricName'], 'SecretUnavailable'),
  ],
  [
    'an alarm without an action',
    'every alarm notifies the topic and links the runbook',
    (t) => change(properties(t, alarm, 'AlarmsIngressErrors'), ['AlarmActions'], undefined),
  ],
  [
    'an alarm without TreatMissingData',
    'every alarm notifies the topic and links the runbook',
    (t) => change(properties(t, alarm, 'AlarmsIngressErrors'), ['TreatMissingData'], undefined),
  ],
  [
    "AWS's own key on the topic, which CloudWatch cannot use",
    'CloudWatch can publish to the topic, and requests without TLS are denied',
    (t) => change(properties(t, 'AWS::SNS::Topic'), ['KmsMasterKeyId'], 'alias/aws/sns'),
  ],
  [
    'a topic policy that does not allow CloudWatch to publish',
    'CloudWatch can publish to the topic, and requests without TLS are denied',
    (t) => change(properties(t, 'AWS::SNS::TopicPolicy'), ['PolicyDocument', 'Statement', 1], { Effect: 'Deny' }),
  ],
  [
    'key rotation switched off',
    'keys rotate',
    (t) => change(properties(t, 'AWS::KMS::Key'), ['EnableKeyRotation'], false),
  ],
  [
    'a log group without a retention',
    'every log group has a retention',
    (t) => change(properties(t, 'AWS::Logs::LogGroup', 'Ingress'), ['RetentionInDays'], undefined),
  ],
  [
    'an Auth Token in the environment',
    'nothing looks like a secret, a SID or a phone number',
    (t) =>
      change(
        properties(t, fn, 'Ingress'),
        ['Environment', 'Variables', 'SECRET_TTL_SECONDS'],
        '0123456789abcdef'.repeat(2),
      ),
  ],
  [
    'a phone number in an output',
    'nothing looks like a secret, a SID or a phone number',
    (t) => change(t.Outputs, ['NextCommand', 'Value'], 'npx gateway send sms --from +15550100001'),
  ],
  [
    'a fixed name',
    'no physical name is fixed, so stages can share an account',
    (t) => change(properties(t, queue, 'EventQueue7'), ['QueueName'], 'webhooks'),
  ],
  ...redirectedAlarms,
  [
    'an intrinsic function that only CloudFormation resolves',
    'the local gateway resolves every intrinsic',
    (t) => change(t.Outputs, ['TableName', 'Value'], { 'Fn::ImportValue': 'table' }),
  ],
];

describe('TPL-NAGNEG: every mutation of the template is found', () => {
  test.each(mutations)('rejects %s: %s', (_title, name, mutate) => {
    const mutated = { ...prod, template: structuredClone(prod.template) };
    expect(checks[name](mutated)).toEqual([]);
    mutate(mutated.template);
    expect(checks[name](mutated)).not.toEqual([]);
  });

  test('every check has a mutation that it finds', () => {
    expect([...new Set(mutations.map(([, name]) => name))].sort()).toEqual(Object.keys(checks).sort());
  });
});
