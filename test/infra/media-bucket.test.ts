import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import { templateOf } from '../helpers/cdk-app';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const bucketOf = (template: Template) => template.Resources[logicalId(template, 'AWS::S3::Bucket', 'MediaBucket')];

describe('the bucket for media', () => {
  const { template } = synthesizeTemplate('dev', { mediaBucket: true, retentionDays: 90 });
  const id = logicalId(template, 'AWS::S3::Bucket', 'MediaBucket');

  test('is off by default', () => {
    const { template: off } = synthesizeTemplate('dev', {});
    expect(resources(off, 'AWS::S3::Bucket')).toEqual([]);
    expect(off.Outputs).not.toHaveProperty('MediaBucketName');
    expect(synthesizeTemplate('dev', { mediaBucket: false }).template).toEqual(off);
  });

  test('is private, encrypted and without versions, and has an output', () => {
    const properties = bucketOf(template)?.Properties;
    expect(properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(properties).not.toHaveProperty('VersioningConfiguration');
    expect(template.Outputs['MediaBucketName']?.Value).toEqual({ Ref: id });
  });

  test('refuses requests without TLS, and with a version of it before 1.2', () => {
    const policies = resources(template, 'AWS::S3::BucketPolicy');
    expect(policies.map(([, { Properties }]) => Properties['Bucket'])).toEqual([{ Ref: id }]);
    const statements = list(at(policies[0]?.[1], 'Properties', 'PolicyDocument', 'Statement'));
    const conditions = statements.map((statement) => {
      expect(statement).toMatchObject({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } });
      return at(statement, 'Condition');
    });
    expect(conditions).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
  });

  test.each([
    [{ retentionDays: 90 }, 90],
    [{}, undefined],
  ])(
    'with %j, its files expire after %s days, and parts of a file that was never completed after seven',
    (options, days) => {
      const { template: stage } = synthesizeTemplate('dev', { mediaBucket: true, ...options });
      expect(at(bucketOf(stage), 'Properties', 'LifecycleConfiguration', 'Rules')).toEqual([
        {
          Id: 'Expiry',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          ...(days === undefined ? {} : { ExpirationInDays: days }),
        },
      ]);
    },
  );

  test.each([
    [true, 'RetainExceptOnCreate', 'Retain'],
    [false, 'Delete', 'Delete'],
  ])('outlives the stack only in production: %s', (production, deletion, replacement) => {
    const { template: stage } = synthesizeTemplate('dev', { mediaBucket: true, production });
    expect(bucketOf(stage)).toMatchObject({ DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
  });

  test('is encrypted by the key of a stage that has one', () => {
    const { template: own } = synthesizeTemplate('dev', { mediaBucket: true, customerManagedKey: true });
    const key = { 'Fn::GetAtt': [logicalId(own, 'AWS::KMS::Key', 'StageKey'), 'Arn'] };
    expect(at(bucketOf(own), 'Properties', 'BucketEncryption', 'ServerSideEncryptionConfiguration')).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { KMSMasterKeyID: key, SSEAlgorithm: 'aws:kms' },
      },
    ]);
  });

  test('may not be used by any function', () => {
    const policies = [...resources(template, 'AWS::IAM::Policy'), ...resources(template, 'AWS::IAM::Role')];
    expect(policies.filter(([, policy]) => /MediaBucket|s3:/.test(JSON.stringify(policy)))).toEqual([]);
  });

  test.each([
    [{}, 1],
    [{ [developmentContext]: true }, 0],
  ])('is not in the template of the local gateway: with the context %j there are %i', (context, count) => {
    const app = templateOf(
      (stack) => {
        new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'dev', mediaBucket: true });
      },
      { context },
    );
    expect(resources(app, 'AWS::S3::Bucket')).toHaveLength(count);
    expect(Object.keys(app.Outputs).filter((name) => name === 'TwilioMediaBucketName')).toHaveLength(count);
  });
});
