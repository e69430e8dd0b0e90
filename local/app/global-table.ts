import type { TemplateResource } from '../template/template';

/** The properties of a global table that one region has. */
const keptProperties = [
  'AttributeDefinitions',
  'KeySchema',
  'StreamSpecification',
  'TableName',
  'TimeToLiveSpecification',
];
const keptOfIndex = ['IndexName', 'KeySchema', 'Projection'];

/** Turns a global table into the table of one region. Returns any other resource unchanged. */
export const asTable = (resource: TemplateResource): TemplateResource => {
  if (resource.Type !== 'AWS::DynamoDB::GlobalTable') return resource;
  const { Properties = {} } = resource;
  const indexes = (name: string) => {
    const list = Properties[name];
    return Array.isArray(list) ? { [name]: list.map((index: object) => only(index, keptOfIndex)) } : {};
  };
  return {
    ...resource,
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      ...only(Properties, keptProperties),
      ...indexes('GlobalSecondaryIndexes'),
      ...indexes('LocalSecondaryIndexes'),
      BillingMode: 'PAY_PER_REQUEST',
    },
  };
};

const only = (value: object, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
