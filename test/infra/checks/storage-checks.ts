import type { Check } from './checks';
import { at, list, logicalId, resources, same, type Template } from './template';

const queueType = 'AWS::SQS::Queue';
const tableType = 'AWS::DynamoDB::Table';
const seconds = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const fourDays = 345_600;
const fourteenDays = 1_209_600;

/** The event source mappings of queues, without those of streams. */
const queueMappings = (template: Template) =>
  resources(template, 'AWS::Lambda::EventSourceMapping').filter(
    ([, { Properties }]) => at(Properties['EventSourceArn'], 'Fn::GetAtt', 1) === 'Arn',
  );

const sourceQueues = (template: Template) =>
  resources(template, queueType).filter(([, queue]) => queue.Properties['RedrivePolicy'] !== undefined);

/** Whether a policy denies every request without TLS. */
const deniesPlainHttp = (policy: unknown): boolean =>
  list(at(policy, 'Statement')).some(
    (statement) =>
      at(statement, 'Effect') === 'Deny' &&
      at(statement, 'Condition', 'Bool', 'aws:SecureTransport') === 'false' &&
      (same(at(statement, 'Principal'), { AWS: '*' }) || at(statement, 'Principal') === '*'),
  );

const queuesRefusePlainHttp: Check = ({ template }) =>
  resources(template, queueType).flatMap(([id]) => {
    const denied = resources(template, 'AWS::SQS::QueuePolicy').some(
      ([, policy]) =>
        list(policy.Properties['Queues']).some((queue) => same(queue, { Ref: id })) &&
        deniesPlainHttp(policy.Properties['PolicyDocument']),
    );
    return denied ? [] : [`${id} accepts requests without TLS`];
  });

/** By SQS, or by the stage's own key with the maximum reuse of data keys. */
const queuesAreEncrypted: Check = ({ template }) =>
  resources(template, queueType).flatMap(([id, { Properties: queue }]) =>
    queue['SqsManagedSseEnabled'] === true ||
    (queue['KmsMasterKeyId'] !== undefined && queue['KmsDataKeyReusePeriodSeconds'] === 86_400)
      ? []
      : [`${id} is not encrypted`],
  );

const deadLettersAreKeptLonger: Check = ({ template }) => {
  const sources = sourceQueues(template);
  const consumed = queueMappings(template).map(([, { Properties }]) =>
    String(at(Properties['EventSourceArn'], 'Fn::GetAtt', 0)),
  );
  const without = consumed.filter((id) => !sources.some(([source]) => source === id));
  if (consumed.length === 0 || without.length > 0) {
    return [`${without.join(', ') || 'no queue'} is consumed but has no dead-letter queue`];
  }
  return sources.flatMap(([id, queue]) => {
    const findings: string[] = [];
    const redrive = queue.Properties['RedrivePolicy'];
    if (at(redrive, 'maxReceiveCount') !== 5) findings.push(`${id} does not allow five receives`);
    const target = resources(template, queueType).find(([dlq]) =>
      same(at(redrive, 'deadLetterTargetArn'), { 'Fn::GetAtt': [dlq, 'Arn'] }),
    );
    if (target === undefined) return [...findings, `${id} has a dead-letter queue outside the template`];
    const [dlqId, dlq] = target;
    const kept = seconds(dlq.Properties['MessageRetentionPeriod']);
    const sourceKept = seconds(queue.Properties['MessageRetentionPeriod']);
    if (kept !== fourteenDays) findings.push(`${dlqId} does not keep dead letters for 14 days`);
    if (!(sourceKept >= fourDays && kept > sourceKept)) {
      findings.push(`${id} keeps messages as long as its dead-letter queue, or less than four days`);
    }
    const allow = dlq.Properties['RedriveAllowPolicy'];
    if (at(allow, 'redrivePermission') !== 'byQueue') findings.push(`${dlqId} accepts dead letters from any queue`);
    const arn = ['arn:', { Ref: 'AWS::Partition' }, ':sqs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
    // A name with a suffix is joined in turn.
    const name = queue.Properties['QueueName'];
    const isJoined = at(name, 'Fn::Join', 0) === '';
    const named = { 'Fn::Join': ['', [...arn, ':', ...(isJoined ? list(at(name, 'Fn::Join', 1)) : [name])]] };
    if (!same(at(allow, 'sourceQueueArns'), [named])) findings.push(`${dlqId} does not name ${id} as its source`);
    return findings;
  });
};

const visibilityIsSixTimesTheTimeout: Check = ({ template }) =>
  queueMappings(template).flatMap(([id, mapping]) => {
    const queue = sourceQueues(template).find(([queueId]) =>
      same(mapping.Properties['EventSourceArn'], { 'Fn::GetAtt': [queueId, 'Arn'] }),
    );
    const target = at(mapping.Properties['FunctionName'], 'Ref');
    const timeout = typeof target === 'string' ? template.Resources[target]?.Properties['Timeout'] : undefined;
    return seconds(queue?.[1].Properties['VisibilityTimeout']) >= 6 * seconds(timeout)
      ? []
      : [`${id} hides a message for less than six timeouts of its function`];
  });

const tableIsRecoverable: Check = ({ template }) =>
  resources(template, tableType).flatMap(([id, table]) =>
    same(table.Properties['PointInTimeRecoverySpecification'], { PointInTimeRecoveryEnabled: true })
      ? []
      : [`${id} has no point-in-time recovery`],
  );

const tableMatchesTheContract: Check = ({ template }) => {
  const id = logicalId(template, tableType, 'EventTable');
  const table = template.Resources[id]?.Properties ?? {};
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  const index = (name: string, hash: string, range: string) => ({
    IndexName: name,
    KeySchema: key(hash, range),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  });
  const findings: string[] = [];
  if (!same(table['KeySchema'], key('pk', 'sk'))) findings.push(`${id} has other keys`);
  const consumer = template.Resources[logicalId(template, 'AWS::Lambda::Function', 'Consumer')];
  const writesConversations = at(consumer, 'Properties', 'Environment', 'Variables', 'CONVERSATION_INDEX') === 'true';
  const indexes = [
    index('byAccountDay', 'accountDay', 'accountDayTime'),
    ...(writesConversations ? [index('byConversation', 'conversation', 'accountDayTime')] : []),
  ];
  if (!same(table['GlobalSecondaryIndexes'], indexes)) findings.push(`${id} has other indexes`);
  if (!same(table['TimeToLiveSpecification'], { AttributeName: 'expiresAt', Enabled: true })) {
    findings.push(`${id} does not expire items by expiresAt`);
  }
  if (table['BillingMode'] !== 'PAY_PER_REQUEST') findings.push(`${id} does not have on-demand capacity`);
  return findings;
};

/** A queue of canaries, which nobody needs after some minutes. */
const passing = /^CanaryQueue/;

const dataSurvivesInProduction: Check = ({ template, production }) => {
  const replaced = production ? 'Retain' : 'Delete';
  const types = [queueType, tableType, 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];
  return types.flatMap((type) =>
    resources(template, type)
      .filter(([id]) => !passing.test(id))
      .flatMap(([id, resource]) => [
        // The rollback of a failed creation deletes everything but the table, which has deletion protection.
        ...(resource.DeletionPolicy === (production && type !== tableType ? 'RetainExceptOnCreate' : replaced)
          ? []
          : [`${id} has DeletionPolicy ${resource.DeletionPolicy ?? '-'}`]),
        ...(resource.UpdateReplacePolicy === replaced
          ? []
          : [`${id} has UpdateReplacePolicy ${resource.UpdateReplacePolicy ?? '-'}`]),
        ...(type === tableType && resource.Properties['DeletionProtectionEnabled'] !== production
          ? [`${id} has deletion protection ${production ? 'off' : 'on'}`]
          : []),
      ]),
  );
};

/** By the secret's logical id: the placeholder that a function recognizes, and the key of the generated text. */
const placeholders: readonly (readonly [RegExp, string, string])[] = [
  [/^AccountSecrets/, '{"accountSid":"CHANGE_ME"}', 'authToken'],
  [/^BreakerParentCredentials/, '{"accountSid":"CHANGE_ME"}', 'authToken'],
  [/^EventsReplyCredentials/, '{"accountSid":"CHANGE_ME"}', 'apiSecret'],
  [/^ReconciliationCredentials/, '{"accountSid":"CHANGE_ME"}', 'apiSecret'],
  [/^BasicAuthCredentials/, '{"credentials":"CHANGE_ME"}', 'unused'],
];

const secretsStartAsPlaceholders: Check = ({ template }) =>
  resources(template, 'AWS::SecretsManager::Secret').flatMap(([id, { Properties: secret }]) =>
    secret['SecretString'] === undefined &&
    placeholders.some(
      ([name, content, key]) =>
        name.test(id) &&
        at(secret['GenerateSecretString'], 'SecretStringTemplate') === content &&
        at(secret['GenerateSecretString'], 'GenerateStringKey') === key,
    )
      ? []
      : [`${id} does not start as a placeholder that the functions reject`],
  );

export const storageChecks = {
  'queues reject requests without TLS': queuesRefusePlainHttp,
  'queues are encrypted': queuesAreEncrypted,
  'dead letters are kept longer than messages, and come from their own queue only': deadLettersAreKeptLonger,
  'a message stays hidden for six timeouts of the consumer': visibilityIsSixTimesTheTimeout,
  'the table can be restored to any second': tableIsRecoverable,
  'the table has the keys, indexes and TTL that code and CLI use': tableMatchesTheContract,
  'data survives its stack in production, and only there': dataSurvivesInProduction,
  'secrets start as a placeholder that the functions reject': secretsStartAsPlaceholders,
} satisfies Record<string, Check>;
