import { stackOutputs } from '../../lambda/shared/contract/stack-outputs';
import { tableSchema } from '../../lambda/shared/contract/table';
import type { Template, TemplateResource } from '../template/template';

const mappingType = 'AWS::Lambda::EventSourceMapping';
const tableId = 'ImportedTable';

/** A stream's ARN has the name of its table. */
const streamOf = (name: string): string => `:table/${name}/stream/`;

/**
 * A gateway may use an imported table, such as `Table.fromTableName`, which no template of the app has. It is
 * created here with the keys and the index that the gateway's own table has.
 */
export const withImportedTable = (template: Template): Template => {
  const name = template.Outputs?.[stackOutputs.tableName]?.Value;
  const existing = Object.entries(template.Resources).find(
    ([, { Type, Properties }]) => Type === 'AWS::DynamoDB::Table' && Properties?.['TableName'] === name,
  );
  if (typeof name !== 'string') return template;
  const [id, table] = existing ?? [tableId, importedTable(name)];
  const isRead = ({ Type, Properties }: TemplateResource): boolean =>
    Type === mappingType && JSON.stringify(Properties?.['EventSourceArn']).includes(streamOf(name));
  const hasStream = Object.values(template.Resources).some(isRead);
  const readers = Object.entries(template.Resources).flatMap(([readerId, reader]) =>
    isRead(reader)
      ? [[readerId, withProperty(reader, 'EventSourceArn', { 'Fn::GetAtt': [id, 'StreamArn'] })] as const]
      : [],
  );
  return {
    ...template,
    Resources: {
      ...template.Resources,
      [id]: hasStream ? withProperty(table, 'StreamSpecification', { StreamViewType: 'NEW_AND_OLD_IMAGES' }) : table,
      ...Object.fromEntries(readers),
    },
  };
};

const importedTable = (name: string): TemplateResource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { TableName: name, BillingMode: 'PAY_PER_REQUEST', ...tableSchema() },
});

const withProperty = (resource: TemplateResource, name: string, value: unknown): TemplateResource => ({
  ...resource,
  Properties: { ...resource.Properties, [name]: value },
});
