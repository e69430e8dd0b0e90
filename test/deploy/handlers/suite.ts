import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describeStack } from '../../../cli/clients/cloudformation-stack';
import { eventOutputs, handlerOutputs, webhookUrlOutputs } from '../../../lambda/shared/contract/stack-outputs';
import type { GatewayEvent } from '../../../lambda/shared/events/gateway-event';
import type { RegisterHandlers } from '../../../lib/handlers';
import { resolveStage } from '../../../lib/stage/resolve-stage';
import { stages } from '../../../lib/stages';
import { synthesizeStage } from '../../../lib/synthesize';
import { eventually } from '../../gateway/gateway-process';
import { fromNumber, toNumber } from '../../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm, type Form } from '../../helpers/webhooks';
import { openStageTarget } from '../../gateway/webhooks/stage-target';
import type { WebhookTarget } from '../../gateway/webhooks/target';
import { deploy, repair, stack, stage } from '../assembly';
import { run } from '../cdk';
import { documentedPermissions, startAwsCalls, type AwsCalls } from '../console/aws-calls';
import { startStageConsole } from '../console/stage-console';
import { scratch } from '../environment';
import { replyKey, startMessageApi, type MessageApi } from './message-api';
import { makeTopicFifo } from '../workarounds';

const brokenSender = '+15550100090';
const times = 5;
/** Its two tries take 5 seconds: after them the message is hidden for 1 and 4. */
const maxReceives = 2;

/** The shipped auto-reply as it is, a handler without ordering, and one that always fails, for some senders only. */
const handlersOf =
  (twilioApiBaseUrl: string): RegisterHandlers =>
  (gateway) => {
    gateway.onMessage('AutoReply', {
      entry: 'handlers/examples/auto-reply.ts',
      reply: true,
      to: [toNumber],
      environment: { TWILIO_API_BASE_URL: twilioApiBaseUrl },
    });
    gateway.onStatusChange('Statuses', { entry: 'test/fixtures/handlers/status.ts', ordering: 'none' });
    gateway.onMessage('Broken', {
      entry: 'test/fixtures/handlers/broken.ts',
      from: ['+1555010009*'],
      maxReceives,
    });
  };

/** The steps of a stage whose handlers are added to a stage that runs. */
export const handlersSuite = (): void => {
  const cloudFormation = new CloudFormationClient();
  const dynamodb = new DynamoDBClient();
  const secretsManager = new SecretsManagerClient();
  let twilio: MessageApi;
  let aws: AwsCalls;
  let target: WebhookTarget;
  let outputs: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    target = await openStageTarget(stage);
    twilio = await startMessageApi();
    aws = await startAwsCalls();
  });
  afterAll(async () => {
    [cloudFormation, dynamodb, secretsManager].forEach((client) => client.destroy());
    await target.close();
    await twilio.close();
    await aws.close();
  });

  const post = async (route: 'messages' | 'status', form: Form): Promise<void> =>
    expect((await postForm(target.webhooks[route], form)).status).toBe(route === 'status' ? 204 : 200);
  const send = async (changes: Form): Promise<string> => {
    const form = smsForm(changes);
    await post('messages', form);
    return String(form['MessageSid']);
  };
  const stored = () => eventually(async () => expect(await target.queued(target.queues.events)).toBe(0));
  const repliesTo = (...sids: readonly string[]) => twilio.replies.filter(({ inReplyTo }) => sids.includes(inReplyTo));
  const replied = (sid: string) => eventually(() => expect(repliesTo(sid)).toHaveLength(1), 30_000);
  const deadLetters = async (...args: readonly string[]): Promise<unknown> => {
    const options = ['--queue', 'Broken', '--stage', stage, '--json'];
    const { code, stdout, stderr } = await run('npx', ['gateway', 'dead-letters', ...args, ...options]);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  /** The ids of the events that a handler has handled. */
  const handledBy = async (name: string): Promise<readonly string[]> => {
    const found: string[] = [];
    const resources = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
    const table = resources.StackResources?.find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === 'AWS::DynamoDB::Table' && LogicalResourceId?.includes('HandledEvents') === true,
    );
    const TableName = table?.PhysicalResourceId;
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName })) {
      for (const { id, status } of Items) if (status?.S === 'done') found.push(id?.S ?? '');
    }
    return found.filter((id) => id.startsWith(`${name}#`)).map((id) => id.split('#').slice(2).join('#'));
  };

  test('cdk deploy adds handlers to a stage that runs', async () => {
    const assembly = scratch('handlers');
    synthesizeStage(resolveStage(stage, stages[stage]), assembly, handlersOf(twilio.baseUrl));
    repair(assembly);
    expect(await deploy(assembly)).toContain(`✅  ${stack}`);
    outputs = (await describeStack(stack, undefined))?.outputs ?? {};
    await makeTopicFifo(outputs[eventOutputs.topicArn] ?? '');
    await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: outputs[eventOutputs.replySecretArn],
        SecretString: JSON.stringify(replyKey),
      }),
    );
  });

  test('a replay runs the handlers again, or one of them, by the command and by the page', async () => {
    const sid = await send({ Body: 'hours', From: '+15550100015' });
    await replied(sid);
    const again = async (count: number) => eventually(() => expect(repliesTo(sid)).toHaveLength(count), 30_000);
    for (const [at, to] of [[], ['--to', 'AutoReply']].entries()) {
      const { code, stdout } = await run('npx', ['gateway', 'replay', sid, ...to, '--stage', stage, '--json'], aws.env);
      expect({ code, replayed: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 0,
        replayed: { eventId: `message.received/${sid}`, handler: to[1] ?? null },
      });
      await again(at + 2);
    }
    const shown = await startStageConsole(['--stage', stage, '--allow-changes'], aws.env);
    try {
      expect(await shown.get('/api/handlers')).toMatchObject({
        handlers: ['AutoReply', 'Broken', 'Statuses'].map((name) => ({ name, deadLetters: 0 })),
      });
      const stored = { id: sid, accountSid: replyKey.accountSid };
      expect(await shown.post('/api/replay', stored)).toMatchObject({ status: 200 });
      await again(4);
    } finally {
      await shown.stop();
    }
    expect(documentedPermissions('console.md')).toEqual(expect.arrayContaining([...aws.permissions()]));
  });

  test('a message that Twilio delivers five times is answered once, in order', async () => {
    const repeated = smsForm({ Body: 'hello' });
    for (let time = 0; time < times; time += 1) {
      await post('messages', repeated);
    }
    // Of the same conversation, so it is handled after them.
    const last = await send({ Body: 'hours' });
    await replied(last);
    const sid = String(repeated['MessageSid']);
    expect(repliesTo(sid, last).map(({ inReplyTo }) => inReplyTo)).toEqual([sid, last]);
    expect(repliesTo(sid)[0]?.form).toEqual({
      To: fromNumber,
      From: toNumber,
      Body: expect.stringContaining('hello') as string,
      StatusCallback: outputs[webhookUrlOutputs.status],
    });
  });

  test('messages of one conversation are answered one at a time, in the order in which they came', async () => {
    const senders = [0, 1].map((at) => `+1555010001${at}`);
    const sids: string[] = [];
    for (let time = 0; time < 3; time += 1) {
      for (const From of senders) {
        sids.push(await send({ From }));
        await stored();
      }
    }
    await eventually(() => expect(repliesTo(...sids)).toHaveLength(sids.length), 30_000);
    for (const sender of senders) {
      const replies = repliesTo(...sids).filter(({ form }) => form['To'] === sender);
      expect(replies.map(({ inReplyTo }) => inReplyTo)).toEqual(sids.filter((_, at) => senders[at % 2] === sender));
      expect(replies.slice(1).filter(({ startedAt }, at) => startedAt < (replies[at]?.endedAt ?? 0))).toEqual([]);
    }
  });

  test('statuses in any order lead to their forward changes only, behind a standard queue', async () => {
    const sid = newMessageSid();
    for (const status of ['sent', 'delivered', 'queued', 'delivered', 'sent']) {
      await post('status', statusForm(sid, status));
      await stored();
    }
    const last = newMessageSid();
    await post('status', statusForm(last, 'sent'));
    const changes = (of: string) => handledBy('Statuses').then((ids) => ids.filter((id) => id.includes(of)).sort());
    await eventually(async () => expect(await changes(last)).toHaveLength(1), 30_000);
    await eventually(async () =>
      expect(await changes(sid)).toEqual(['delivered', 'sent'].map((to) => `message.status-changed/${sid}#${to}#-`)),
    );
  });

  test('a handler that always fails gets a message twice, then it is a dead letter; another answers it', async () => {
    const sid = await send({ From: brokenSender });
    await eventually(async () => {
      expect(await deadLetters('list')).toMatchObject([
        { eventId: `message.received/${sid}`, receiveCount: maxReceives },
      ]);
    }, 60_000);
    expect(await handledBy('Broken')).toEqual([]);
    await replied(sid);
  });

  test('an event that its queue delivers five times more is not handled again', async () => {
    const [letter] = (await deadLetters('list')) as readonly [{ readonly id: string }];
    const { body } = (await deadLetters('show', letter.id, '--body')) as { readonly body: string };
    const { subject, data } = JSON.parse(body) as GatewayEvent<'twilio.webhook.message.received'>;
    for (let time = 0; time < times; time += 1) {
      const command = new SendMessageCommand({
        QueueUrl: outputs[handlerOutputs.queueUrl('AutoReply')],
        MessageBody: body,
        MessageGroupId: data?.conversationId,
        MessageDeduplicationId: String(time),
      });
      await target.sqs.send(command);
    }
    // Of the same conversation, so it is handled after them.
    await replied(await send({ From: brokenSender }));
    expect(repliesTo(subject ?? '')).toHaveLength(1);
  });
};
