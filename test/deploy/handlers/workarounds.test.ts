import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../../gateway/gateway-process';
import { createStack } from '../create-stack';
import { awsAccount, awsRegion } from '../environment';
import { makeTopicFifo, oneMessageAtATime } from '../workarounds';
import { startEventSourceProbe } from './event-source-probe';

const sns = new SNSClient();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const dynamodb = new DynamoDBClient();
afterAll(() => [sns, sqs, dynamodb].forEach((client) => client.destroy()));

const message = { Message: 'hello', MessageGroupId: 'group', MessageDeduplicationId: 'once' };

test('the emulator still creates no FIFO topic from a template, and the workaround still makes it one', async () => {
  const TopicArn = await createStack('probe-topic', {
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'probe.fifo', FifoTopic: true } } },
    Outputs: { Value: { Value: { Ref: 'Topic' } } },
  });
  const publish = async () => (await sns.send(new PublishCommand({ TopicArn, ...message }))).MessageId;
  expect(await publish()).not.toBe(await publish());
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).not.toHaveProperty('FifoTopic');

  await makeTopicFifo(TopicArn);
  expect(await publish()).toBe(await publish());
});

test('the emulator still delivers a message of a FIFO topic without a SequenceNumber', async () => {
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({ Name: 'sequence.fifo', Attributes: { FifoTopic: 'true' } }),
  );
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'sequence.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  const Endpoint = `arn:aws:sqs:${awsRegion}:${awsAccount}:sequence.fifo`;
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
  );
  await sns.send(new PublishCommand({ TopicArn, ...message }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], WaitTimeSeconds: 5 }),
  );
  expect(Messages).toMatchObject([{ Body: 'hello', Attributes: { MessageGroupId: 'group' } }]);
  expect(Messages?.[0]?.Attributes).not.toHaveProperty('SequenceNumber');
});

test('the batches of a FIFO queue get one message, those of other sources stay as they are', () => {
  const mapping = (EventSourceArn: unknown) => ({
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn, BatchSize: 10 },
  });
  const { Resources } = oneMessageAtATime({
    Resources: {
      Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Standard: { Type: 'AWS::SQS::Queue' },
      FifoMapping: mapping({ 'Fn::GetAtt': ['Fifo', 'Arn'] }),
      StandardMapping: mapping({ 'Fn::GetAtt': ['Standard', 'Arn'] }),
      StreamMapping: mapping({ 'Fn::GetAtt': ['Table', 'StreamArn'] }),
    },
  });
  const sizeOf = (id: string) => Resources[id]?.Properties?.['BatchSize'];
  expect(['FifoMapping', 'StandardMapping', 'StreamMapping'].map(sizeOf)).toEqual([1, 10, 10]);
});

test('the emulator still runs one batch of a FIFO queue at a time, so no overlap is rehearsed', async () => {
  const probe = await startEventSourceProbe(() => ({ batchItemFailures: [] }), 300);
  try {
    const QueueUrl = await createStack(
      'probe-groups',
      probe.template(
        { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'groups.fifo', FifoQueue: true } },
        { EventSourceArn: { 'Fn::GetAtt': ['Source', 'Arn'] }, BatchSize: 1 },
      ),
    );
    for (const id of ['one', 'other']) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: id, MessageGroupId: id, MessageDeduplicationId: id }),
      );
    }
    await eventually(() => expect(probe.invocations).toHaveLength(2));
    const [first, second] = probe.invocations;
    expect(second?.startedAt).toBeGreaterThan(first?.endedAt ?? Infinity);
  } finally {
    await probe.close();
  }
});

test('the emulator still ignores batch item failures of a stream, so no retry is rehearsed', async () => {
  const sequenceOf = (record: Readonly<Record<string, unknown>>): unknown =>
    (record['dynamodb'] as { readonly SequenceNumber: string }).SequenceNumber;
  const probe = await startEventSourceProbe((records) => ({
    batchItemFailures: records.map((record) => ({ itemIdentifier: sequenceOf(record) })),
  }));
  try {
    const TableName = await createStack(
      'probe-stream',
      probe.template(
        {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            BillingMode: 'PAY_PER_REQUEST',
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          },
        },
        { EventSourceArn: { 'Fn::GetAtt': ['Source', 'StreamArn'] }, StartingPosition: 'TRIM_HORIZON', BatchSize: 10 },
      ),
    );
    for (const [at, id] of ['one', 'other'].entries()) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
      await eventually(() => expect(probe.invocations).toHaveLength(at + 1));
    }
    // AWS gives the failed record again, before any later one.
    const [first = [], second = []] = probe.invocations.map(({ records }) => records.map(sequenceOf));
    expect(first).toHaveLength(1);
    expect(second).not.toEqual(expect.arrayContaining(first));
  } finally {
    await probe.close();
  }
});
