import { Duration } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { messageKey } from '../../lambda/shared/contract/table';
import { everyHandler, everyOption } from '../helpers/every-option';
import { startStageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { checkNames, checks } from './checks/checks';
import { at, list, logicalId, resources, same, synthesizeTemplate } from './checks/template';

const synthesized = synthesizeTemplate('prod', everyOption(), everyHandler);
const { template } = synthesized;
const keyId = logicalId(template, 'AWS::KMS::Key', 'StageKey');
const key = { 'Fn::GetAtt': [keyId, 'Arn'] };

describe('a stage with a key of its own and every other option', () => {
  // With every other option as well.
  test.each(checkNames)('%s', (name) => {
    expect(checks[name](synthesized)).toEqual([]);
  });

  test.each([
    ['AWS::SQS::Queue', ['KmsMasterKeyId']],
    ['AWS::SecretsManager::Secret', ['KmsKeyId']],
    ['AWS::Logs::LogGroup', ['KmsKeyId']],
    ['AWS::DynamoDB::Table', ['SSESpecification', 'KMSMasterKeyId']],
  ])('encrypts every %s with it', (type, path) => {
    const found = resources(template, type);
    expect(found).not.toEqual([]);
    for (const [, { Properties }] of found) expect(at(Properties, ...path)).toEqual(key);
  });

  test('keeps the key as long as the data that it encrypts', () => {
    expect(template.Resources[keyId]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
  });

  test('allows each function only the key actions that it needs', () => {
    const uses = resources(template, 'AWS::IAM::Policy').flatMap(([id, policy]) =>
      list(at(policy.Properties, 'PolicyDocument', 'Statement')).flatMap((statement) =>
        at(statement, 'Sid') === 'UseStageKey'
          ? [[id.replace(/RoleDefaultPolicy.*/, ''), at(statement, 'Action'), at(statement, 'Resource')]]
          : [],
      ),
    );
    expect(uses.sort()).toEqual([
      ['Breaker', 'kms:Decrypt', key],
      ['Canary', 'kms:Decrypt', key],
      ['Consumer', 'kms:Decrypt', key],
      ...['EventsDeliveryHandler', 'EventsEventTopicPublisher', 'EventsRepliesHandler'].map((name) => [
        name,
        ['kms:Decrypt', 'kms:GenerateDataKey'],
        key,
      ]),
      ...[
        'FallbackLaneSender',
        'FallbackLaneVerifier',
        'FallbackRegionDrain',
        'Ingress',
        'ReconciliationReconciler',
      ].map((name) => [name, ['kms:Decrypt', 'kms:GenerateDataKey'], key]),
      ['ReplyWithHandler', 'kms:Decrypt', key],
    ]);
  });

  test('allows SNS to deliver to the queues that it encrypts, for this AWS account only', () => {
    const statements = list(at(template.Resources[keyId]?.Properties, 'KeyPolicy', 'Statement'));
    expect(statements.find((statement) => at(statement, 'Sid') === 'TopicsDeliverToQueues')).toEqual({
      Sid: 'TopicsDeliverToQueues',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  test('allows CloudWatch Logs to use it for log groups of this AWS account only', () => {
    const statements = list(at(template.Resources[keyId]?.Properties, 'KeyPolicy', 'Statement'));
    const logs = statements.find((statement) => at(statement, 'Sid') === 'LogsOfTheAccount');
    expect(JSON.stringify(at(logs, 'Condition'))).toContain('kms:EncryptionContext:aws:logs:arn');
    expect(statements).toHaveLength(3);
  });
});

test('a function of yours may use it for its events and for the credentials that it replies with', () => {
  const own = synthesizeTemplate('dev', { customerManagedKey: true }, (gateway) => {
    const lookup = new Function(gateway, 'Lookup', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = () => undefined;'),
      timeout: Duration.seconds(30),
    });
    gateway.onMessage('Lookup', { handler: lookup });
    gateway.grantReply(lookup);
  }).template;
  const policy = own.Resources[logicalId(own, 'AWS::IAM::Policy', 'LookupServiceRole')]?.Properties;
  const ownKey = { 'Fn::GetAtt': [logicalId(own, 'AWS::KMS::Key', 'StageKey'), 'Arn'] };
  const uses = list(at(policy, 'PolicyDocument', 'Statement')).filter((one) => same(at(one, 'Resource'), ownKey));
  expect(uses.map((one) => [at(one, 'Sid'), at(one, 'Action')])).toEqual([
    ['UseStageKey', ['kms:Decrypt', 'kms:GenerateDataKey']],
    ['DecryptReplyCredentials', 'kms:Decrypt'],
  ]);
});

test('a stage without a key of its own has only the key of the alarm topic', () => {
  const without = synthesizeTemplate('prod', { ...everyOption(), customerManagedKey: false }, everyHandler).template;
  expect(resources(without, 'AWS::KMS::Key').map(([id]) => id)).toEqual([expect.stringMatching(/^AlarmTopic/)]);
});

test('the local gateway runs such a stage', async () => {
  const gateway = await startStageGateway({ customerManagedKey: true });
  try {
    const sid = newMessageSid();
    expect((await postForm(gateway.webhooks.messages, smsForm({ MessageSid: sid }))).status).toBe(200);
    await gateway.settled();
    expect(await gateway.itemsOf(messageKey(testAccount.accountSid, sid).pk)).toHaveLength(1);
  } finally {
    await gateway.close();
  }
});
