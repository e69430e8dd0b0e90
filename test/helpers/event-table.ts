import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDB,
  paginateScan,
  type AttributeValue,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tableSchema } from '../../lambda/shared/contract/table';

type Row = Readonly<Record<string, AttributeValue>>;

/** The gateway's table on the loopback interface, without the gateway. */
export interface EventTable {
  readonly name: string;
  readonly client: DynamoDB;
  /** Everything in it, by key. */
  rows(): Promise<readonly Row[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const eventTableName = 'EventTable';

export const startEventTable = async (): Promise<EventTable> => {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDB({
    // A server on a port has an AddressInfo.
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  // CloudFormation has DynamoDB's own shapes, as texts.
  const schema = tableSchema() as Pick<
    CreateTableCommandInput,
    'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'
  >;
  await client.send(new CreateTableCommand({ TableName: eventTableName, BillingMode: 'PAY_PER_REQUEST', ...schema }));
  // The emulator activates a table in its next tick.
  await new Promise((resolve) => setTimeout(resolve, 20));

  const keyOf = ({ pk, sk }: Row) => `${pk?.S ?? ''} ${sk?.S ?? ''}`;
  const rows = async (): Promise<readonly Row[]> => {
    const found: Row[] = [];
    for await (const page of paginateScan({ client }, { TableName: eventTableName, ConsistentRead: true })) {
      found.push(...(page.Items ?? []));
    }
    return found.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  };
  return {
    name: eventTableName,
    client,
    rows,
    clear: async () => {
      for (const { pk, sk } of await rows()) {
        if (pk === undefined || sk === undefined) throw new Error('a row has no key');
        await client.send(new DeleteItemCommand({ TableName: eventTableName, Key: { pk, sk } }));
      }
    },
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
