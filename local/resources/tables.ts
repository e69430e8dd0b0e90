import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { localArn } from '../server/aws-identity';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { resourcesOfType, UnsupportedTemplateError, type Template } from '../template/template';

/** The ARN of a table's stream. */
export const streamArn = (tableName: string): string => localArn('dynamodb', `table/${tableName}/stream/local`);

/** The tables of a template that have a stream. */
export const streamedTables = (template: Template): readonly string[] =>
  resourcesOfType(template, 'AWS::DynamoDB::Table').flatMap(([logicalId, { StreamSpecification }]) =>
    StreamSpecification === undefined ? [] : [logicalId],
  );

/** The tables of a template as `CreateTable` takes them; CloudFormation uses the same shapes. */
export const readTables = (
  template: Template,
  resolve: Resolve,
  nameOf: (logicalId: string) => string,
): CreateTableCommandInput[] =>
  resourcesOfType(template, 'AWS::DynamoDB::Table').map(([logicalId, raw]) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    // The shapes are CloudFormation's, which validated them at synth.
    const input = {
      TableName: nameOf(logicalId),
      AttributeDefinitions: properties.value('AttributeDefinitions'),
      KeySchema: properties.value('KeySchema'),
      GlobalSecondaryIndexes: properties.value('GlobalSecondaryIndexes'),
      BillingMode: properties.optionalText('BillingMode'),
    } as CreateTableCommandInput;
    const view = properties.object('StreamSpecification')['StreamViewType'] ?? 'NEW_AND_OLD_IMAGES';
    if (view !== 'NEW_AND_OLD_IMAGES') {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway has streams of new and old images.`);
    }
    properties.only(
      'DeletionProtectionEnabled',
      'PointInTimeRecoverySpecification',
      'SSESpecification',
      'Tags',
      'TimeToLiveSpecification',
      'ContributorInsightsSpecification',
    );
    return input;
  });
