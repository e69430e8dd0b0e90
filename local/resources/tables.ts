import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { localArn } from '../server/aws-identity';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, resourcesOfType, UnsupportedTemplateError, type Template } from '../template/template';

/** The ARN of a table's stream. */
export const streamArn = (tableName: string): string => localArn('dynamodb', `table/${tableName}/stream/local`);

/** The template's `TableName`, or the logical id. */
export const tableName = (template: Template, resolve: Resolve, logicalId: string): string => {
  const named = resolve(template.Resources[logicalId]?.Properties?.['TableName']);
  return typeof named === 'string' ? named : logicalId;
};

/** The names of the tables of a template that have a stream. */
export const streamedTables = (template: Template, resolve: Resolve): readonly string[] =>
  resourcesOfType(template, 'AWS::DynamoDB::Table').flatMap(([logicalId, { StreamSpecification }]) =>
    StreamSpecification === undefined ? [] : [tableName(template, resolve, logicalId)],
  );

/** The tables of a template as `CreateTable` takes them; CloudFormation uses the same shapes. */
export const readTables = (template: Template, resolve: Resolve): CreateTableCommandInput[] =>
  readResources(template, 'AWS::DynamoDB::Table', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    // The shapes are CloudFormation's, which validated them at synth.
    const input = {
      TableName: tableName(template, resolve, logicalId),
      AttributeDefinitions: properties.value('AttributeDefinitions'),
      KeySchema: properties.value('KeySchema'),
      GlobalSecondaryIndexes: indexes(properties.value('GlobalSecondaryIndexes')),
      LocalSecondaryIndexes: properties.value('LocalSecondaryIndexes'),
      // One machine has no capacity to buy.
      BillingMode: 'PAY_PER_REQUEST',
    } as CreateTableCommandInput;
    const view = properties.object('StreamSpecification')['StreamViewType'] ?? 'NEW_AND_OLD_IMAGES';
    if (view !== 'NEW_AND_OLD_IMAGES') {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway has streams of new and old images.`);
    }
    properties.only(
      'BillingMode',
      'DeletionProtectionEnabled',
      'KinesisStreamSpecification',
      'OnDemandThroughput',
      'PointInTimeRecoverySpecification',
      'ProvisionedThroughput',
      'ResourcePolicy',
      'SSESpecification',
      'TableClass',
      'TableName',
      'Tags',
      'TimeToLiveSpecification',
      'ContributorInsightsSpecification',
      'WarmThroughput',
    );
    return input;
  });

/** The indexes of a template without their capacity. */
const indexes = (value: unknown): unknown =>
  (value as readonly Readonly<Record<string, unknown>>[] | undefined)?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
