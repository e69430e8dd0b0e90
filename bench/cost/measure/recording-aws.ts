import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { account } from '../../webhooks';
import type { Item } from './item-size';
import { createTableDouble, type TableDouble, type WriteInput } from './table-double';

/** A message that was published to the topic. */
export interface PublishedMessage {
  readonly text: string;
  /** With its attributes. */
  readonly bytes: number;
}

/** What the bundles asked AWS for since the last time. */
export interface Recorded {
  readonly sentMessages: readonly string[];
  /** One list for each request. */
  readonly publishes: readonly (readonly PublishedMessage[])[];
  readonly secretReads: number;
  /** Items that were asked for, also those that are not there. */
  readonly reads: number;
  readonly writes: ReturnType<TableDouble['takeWrites']>;
}

export interface RecordingAws {
  readonly endpoint: string;
  take(): Recorded;
  close(): Promise<void>;
}

type Input = Readonly<Record<string, unknown>>;

/** The secret of an account, and an API key of it. */
const secretFields = { ...account, apiKey: `SK${'4'.repeat(32)}`, apiSecret: '6'.repeat(32) };

interface BatchRead {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

/** An AWS in this process: it answers the calls of the bundles and records what is billed. */
export const startRecordingAws = async (): Promise<RecordingAws> => {
  const table = createTableDouble();
  let sentMessages: string[] = [];
  let publishes: (readonly PublishedMessage[])[] = [];
  let secretReads = 0;
  let reads = 0;

  const sent = (text: string): object => {
    sentMessages.push(text);
    return { MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(text).digest('hex') };
  };
  const read = (tableName: string, key: Item, isConsistent: unknown): Item | undefined => {
    reads += isConsistent === true ? 1 : 0.5;
    return table.read(tableName, key);
  };
  const secret = (input: Input, fields: object): object => {
    secretReads += 1;
    return { ARN: input['SecretId'], Name: 'main', ...fields };
  };
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    'AmazonSQS.SendMessage': ({ MessageBody }) => sent(String(MessageBody)),
    'AmazonSQS.SendMessageBatch': ({ Entries }) => ({
      Successful: (Entries as readonly { readonly Id: string; readonly MessageBody: string }[]).map((entry) => ({
        Id: entry.Id,
        ...sent(entry.MessageBody),
      })),
      Failed: [],
    }),
    'secretsmanager.GetSecretValue': (input) =>
      secret(input, { VersionId: 'cost', VersionStages: ['AWSCURRENT'], SecretString: JSON.stringify(secretFields) }),
    'secretsmanager.DescribeSecret': (input) => secret(input, { VersionIdsToStages: { cost: ['AWSCURRENT'] } }),
    // The SDK sent an input of this form.
    'DynamoDB_20120810.PutItem': (input) => table.write(input as unknown as WriteInput),
    'DynamoDB_20120810.UpdateItem': (input) => table.write(input as unknown as WriteInput),
    'DynamoDB_20120810.DeleteItem': ({ TableName, Key }) => table.remove(String(TableName), Key as Item),
    'DynamoDB_20120810.GetItem': ({ TableName, Key, ConsistentRead }) => {
      const found = read(String(TableName), Key as Item, ConsistentRead);
      return found === undefined ? {} : { Item: found };
    },
    'DynamoDB_20120810.BatchGetItem': ({ RequestItems }) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems as Readonly<Record<string, BatchRead>>).map(([name, { Keys, ConsistentRead }]) => [
          name,
          Keys.flatMap((key) => read(name, key, ConsistentRead) ?? []),
        ]),
      ),
      UnprocessedKeys: {},
    }),
  };

  const answer = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    const target = request.headers['x-amz-target'];
    if (target === undefined) {
      const messages = publishedIn(new URLSearchParams(body));
      publishes.push(messages);
      respond(response, 200, 'text/xml', publishAnswer(messages.length));
      return;
    }
    const handle = answers[String(target)];
    const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
    if (handle === undefined) respond(response, 400, type, JSON.stringify({ __type: 'AccessDeniedException' }));
    else respond(response, 200, type, JSON.stringify(handle(JSON.parse(body) as Input)));
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = { sentMessages, publishes, secretReads, reads, writes: table.takeWrites() };
      [sentMessages, publishes, secretReads, reads] = [[], [], 0, 0];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const respond = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
};

/** SNS speaks another protocol than the others: forms and XML. */
const publishedIn = (form: URLSearchParams): readonly PublishedMessage[] => {
  const messages = new Map<string, { text: string; bytes: number }>();
  for (const [name, value] of form) {
    const [, number = '', field = ''] = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (number === '') continue;
    const message = messages.get(number) ?? { text: '', bytes: 0 };
    if (field === 'Message') message.text = value;
    if (/^Message$|^MessageAttributes\.entry\.\d+\.(?:Name|Value\.\w+)$/.test(field)) {
      message.bytes += Buffer.byteLength(value);
    }
    messages.set(number, message);
  }
  return [...messages.values()];
};

const publishAnswer = (count: number): string => {
  // The publisher numbers its messages from zero.
  const members = Array.from({ length: count }, (_, at) => {
    const ids = `<Id>${at}</Id><MessageId>${randomUUID()}</MessageId>`;
    return `<member>${ids}</member>`;
  });
  const result = `<PublishBatchResult><Successful>${members.join('')}</Successful><Failed/></PublishBatchResult>`;
  return `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishBatchResponse>`;
};
