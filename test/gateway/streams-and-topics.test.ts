import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { App, Duration } from 'aws-cdk-lib';
import { CfnTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, EventSourceMapping, Function, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { buildSync } from 'esbuild';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { Assembly } from '../../local/gateway';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { newMessageSid, postForm, smsForm, type Form } from '../helpers/webhooks';
import { eventually, projectRoot } from './gateway-process';

// A user's own stack: the table's stream feeds a topic, and a FIFO queue behind the topic feeds a function. Every
// resource comes from the template.
const relaySource = `
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
const sns = new SNSClient({ maxAttempts: 1 });
export const handler = async ({ Records }) => {
  for (const { eventName, dynamodb } of Records) {
    const image = dynamodb.NewImage;
    if (eventName !== 'INSERT' || image.sk.S !== 'MESSAGE') continue;
    await sns.send(new PublishCommand({
      TopicArn: process.env.TOPIC_ARN,
      Message: image.body.S,
      MessageGroupId: image.from.S,
      MessageDeduplicationId: image.pk.S.replaceAll('#', '_'),
      MessageAttributes: { to: { DataType: 'String', StringValue: image.to.S } },
    }));
  }
};`;
const readerSource = `
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body, attributes } of Records) {
    const failed = body === 'poison' || batchItemFailures.length > 0;
    if (failed) batchItemFailures.push({ itemIdentifier: messageId });
    else console.log(JSON.stringify({ handled: body, group: attributes.MessageGroupId }));
  }
  return { batchItemFailures };
};`;

const directory = mkdtempSync(join(tmpdir(), 'gateway-streams-'));
let gateway: TestGateway;
let assembly: Assembly;

const bundle = (name: string, contents: string): Code => {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: projectRoot },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
  });
  const folder = join(directory, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), outputFiles[0]?.contents ?? '');
  return Code.fromAsset(folder);
};

const assemble = (): Assembly => {
  const app = new App({
    outdir: join(directory, 'cdk.out'),
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:enable-asset-metadata': true },
  });
  const stack = new GatewayStack(app, 'Streams', { stage: resolveStage('dev', {}) });
  const table = stack.node.findAll().find((construct) => construct instanceof Table);
  const cfnTable = table?.node.defaultChild;
  if (table === undefined || !(cfnTable instanceof CfnTable)) throw new Error('The stack has no table.');
  cfnTable.streamSpecification = { streamViewType: 'NEW_AND_OLD_IMAGES' };

  const topic = new Topic(stack, 'Stored', { fifo: true });
  const deadLetterQueue = new Queue(stack, 'ReaderDead', { fifo: true });
  const queue = new Queue(stack, 'Reader', {
    fifo: true,
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 2 },
  });
  topic.addSubscription(
    new SqsSubscription(queue, {
      rawMessageDelivery: true,
      filterPolicy: { to: SubscriptionFilter.stringFilter({ matchPrefixes: ['+1555'] }) },
    }),
  );
  const shared = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler' };
  const relay = new Function(stack, 'Relay', {
    ...shared,
    code: bundle('relay', relaySource),
    environment: { TOPIC_ARN: topic.topicArn },
  });
  new EventSourceMapping(stack, 'RelaySource', {
    target: relay,
    eventSourceArn: cfnTable.attrStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
  });
  const reader = new Function(stack, 'ReaderFunction', { ...shared, code: bundle('reader', readerSource) });
  new EventSourceMapping(stack, 'ReaderSource', {
    target: reader,
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
  });
  const synthesized = app.synth();
  const { templateFullPath } = synthesized.getStackArtifact(stack.artifactId);
  // The CDK wrote the template; the local gateway checks the parts that it reads.
  return {
    directory: synthesized.directory,
    template: JSON.parse(readFileSync(templateFullPath, 'utf8')) as Assembly['template'],
  };
};

beforeAll(async () => {
  assembly = assemble();
  gateway = await startTestGateway({ assemble: () => assembly });
});
afterAll(async () => {
  await gateway.close();
  rmSync(directory, { recursive: true });
});

const handled = (): readonly unknown[] =>
  gateway.logs().flatMap(({ handled: body }) => (body === undefined ? [] : [body]));

const send = async (changes: Form): Promise<Form> => {
  const form = smsForm({ MessageSid: newMessageSid(), ...changes });
  expect((await postForm(gateway.webhooks.messages, form)).status).toBe(200);
  return form;
};

test('a stored message runs through stream, topic and queue to the function once, however often it was delivered', async () => {
  gateway.clearLogs();
  const form = await send({ Body: 'first' });
  await postForm(gateway.webhooks.messages, form);
  await eventually(() => expect(handled()).toEqual(['first']));
  await send({ Body: 'second' });
  await eventually(() => expect(handled()).toEqual(['first', 'second']));
});

test('a message that the filter policy does not match is stored, and the function does not run', async () => {
  gateway.clearLogs();
  await send({ Body: 'elsewhere', To: 'whatsapp:+15550100002' });
  await send({ Body: 'here' });
  await eventually(() => expect(handled()).toEqual(['here']));
});

test('a poison message holds its group until it is in the dead-letter queue, and no other group', async () => {
  gateway.clearLogs();
  await send({ Body: 'poison', From: '+15550100011' });
  await send({ Body: 'behind', From: '+15550100011' });
  await send({ Body: 'other', From: '+15550100012' });
  await eventually(() => expect(handled()).toContain('behind'));
  expect(handled()).toEqual(['other', 'behind']);
  const queueUrl = new URL(gateway.gateway.state.queues.events);
  const deadLetterQueue = Object.keys(assembly.template.Resources).find((id) => id.startsWith('ReaderDead')) ?? '';
  queueUrl.pathname = `${queueUrl.pathname.slice(0, queueUrl.pathname.lastIndexOf('/'))}/${deadLetterQueue}.fifo`;
  const { Messages } = await gateway.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl.href, MessageSystemAttributeNames: ['MessageGroupId'] }),
  );
  expect(Messages).toMatchObject([{ Body: 'poison', Attributes: { MessageGroupId: '+15550100011' } }]);
});
