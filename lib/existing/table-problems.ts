import { CfnResource, Stack } from 'aws-cdk-lib';
import { StreamViewType, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import { accountDayIndex, conversationIndex, tableKeys, ttlAttribute } from '../../lambda/shared/contract/table';
import type { Problems } from '../stage/problems';
import type { Stage } from '../stage/resolve-stage';

interface KeyPart {
  readonly attributeName: string;
  readonly keyType: string;
}

/** The properties that `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` have in common. */
interface TableProperties {
  readonly keySchema?: readonly KeyPart[];
  readonly attributeDefinitions?: readonly { readonly attributeName: string; readonly attributeType: string }[];
  readonly globalSecondaryIndexes?: readonly { readonly indexName: string; readonly keySchema: readonly KeyPart[] }[];
  readonly timeToLiveSpecification?: { readonly attributeName?: string; readonly enabled: boolean };
  readonly streamSpecification?: { readonly streamViewType?: string };
}

const newAndOldImages: string = StreamViewType.NEW_AND_OLD_IMAGES;

const propertyNames = [
  'keySchema',
  'attributeDefinitions',
  'globalSecondaryIndexes',
  'timeToLiveSpecification',
  'streamSpecification',
] as const satisfies readonly (keyof TableProperties)[];

/** Undefined for an imported table. */
const propertiesOf = (table: ITable): TableProperties | undefined => {
  const resource = table.node.defaultChild;
  if (resource === undefined || !CfnResource.isCfnResource(resource)) return undefined;
  const stack = Stack.of(table);
  return Object.fromEntries(propertyNames.map((name) => [name, stack.resolve(Reflect.get(resource, name)) as unknown]));
};

const hasKeys = (schema: readonly KeyPart[] | undefined, partition: string, sort: string): boolean => {
  const nameOf = (type: string) => schema?.find(({ keyType }) => keyType === type)?.attributeName;
  return nameOf('HASH') === partition && nameOf('RANGE') === sort;
};

/** The keys, indexes and settings that an existing table lacks. Returns nothing for an imported table. */
export const existingTableProblems = (table: ITable, stage: Stage): Problems => {
  const properties = propertiesOf(table);
  if (properties === undefined) return [];
  const { keySchema, attributeDefinitions = [], timeToLiveSpecification: ttl, streamSpecification } = properties;
  const { globalSecondaryIndexes: found = [] } = properties;
  const indexes = stage.conversationIndex ? [accountDayIndex, conversationIndex] : [accountDayIndex];
  const missing = indexes.filter(
    ({ name, partition, sort }) =>
      !hasKeys(found.find(({ indexName }) => indexName === name)?.keySchema, partition, sort),
  );
  const keys = [tableKeys.partition, tableKeys.sort, ...indexes.flatMap(({ partition, sort }) => [partition, sort])];
  const numbers = attributeDefinitions.filter(
    ({ attributeName, attributeType }) => keys.some((key) => key === attributeName) && attributeType !== 'S',
  );
  const problems = [
    ...(hasKeys(keySchema, tableKeys.partition, tableKeys.sort)
      ? []
      : [`the partition key ${tableKeys.partition} and the sort key ${tableKeys.sort}`]),
    ...missing.map(
      ({ name, partition, sort }) =>
        `the global secondary index ${name} with the keys ${partition} and ${sort}` +
        (name === conversationIndex.name ? ', which conversationIndex: false makes unnecessary' : ''),
    ),
    ...numbers.map(({ attributeName }) => `the type string for ${attributeName}`),
    ...(stage.retentionDays === undefined || (ttl?.attributeName === ttlAttribute && ttl.enabled)
      ? []
      : [`the time-to-live attribute ${ttlAttribute}, which retentionDays needs`]),
    ...(streamSpecification?.streamViewType === undefined || streamSpecification.streamViewType === newAndOldImages
      ? []
      : ['new and old images in its stream']),
  ];
  return problems.map((problem) => `The table ${table.node.path} lacks ${problem}.`);
};
