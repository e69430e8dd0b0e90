import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { resourcesOfType, type Template } from '../template/template';

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
