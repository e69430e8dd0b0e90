import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describeStack } from '../../cli/clients/cloudformation-stack';
import { stackOutputs, webhookUrlOutputs } from '../../lambda/shared/contract/stack-outputs';
import { messageKey } from '../../lambda/shared/contract/table';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { stages } from '../../lib/stages';
import { synthesizeStage } from '../../lib/synthesize';
import { eventually } from '../gateway/gateway-process';
import { testAccount } from '../helpers/test-account';
import { postForm, smsForm } from '../helpers/webhooks';
import { openStageTarget } from '../gateway/webhooks/stage-target';
import { webhookSuite } from '../gateway/webhooks/suite';
import { sendMessages } from '../gateway/webhooks/traffic';
import { deploy, readTemplate, repair, stack, stage, synthesize } from './assembly';
import { cdk, run } from './cdk';
import { changesSuite } from './console/changes';
import { findCommandsSuite } from './console/commands';
import { consoleSuite } from './console/suite';
import { awsAccount, awsRegion, scratch } from './environment';
import { handlersSuite } from './handlers/suite';

const cloudFormation = new CloudFormationClient();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const sns = new SNSClient();
const dynamodb = new DynamoDBClient();
afterAll(() => [cloudFormation, sqs, sns, dynamodb].forEach((client) => client.destroy()));

const first = scratch('first');
const outputs = async (): Promise<Readonly<Record<string, string>>> =>
  (await describeStack(stack, undefined))?.outputs ?? {};

describe('the first deployment', () => {
  test('cdk synth and cdk bootstrap prepare it', async () => {
    await synthesize(first);
    const printed = await cdk('bootstrap', `aws://${awsAccount}/${awsRegion}`, '--app', first);
    expect(printed).toContain('bootstrapped');
  });

  test('cdk deploy creates every resource of the template, and prints the URLs', async () => {
    const printed = await deploy(first);
    expect(printed).toContain(`${stack}.${webhookUrlOutputs.messages} = http`);
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
    expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId).sort()).toEqual(
      Object.keys(readTemplate(first).Resources).sort(),
    );
    expect([...new Set(StackResources.map(({ ResourceStatus }) => ResourceStatus))]).toEqual(['CREATE_COMPLETE']);
  });

  test('the queue came with its dead-letter queue and its time-outs', async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: (await outputs())[stackOutputs.eventQueueUrl],
        AttributeNames: ['All'],
      }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '120', MaximumMessageSize: '1048576' });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? 'null')).toMatchObject({ maxReceiveCount: 5 });
  });

  const post = async () => {
    const url = (await outputs())[webhookUrlOutputs.messages]?.replace(/#.*/, '') ?? '';
    return (await postForm(url, smsForm())).status;
  };

  test('rejects a webhook with 500 until the command that the outputs name has stored the token', async () => {
    expect(await post()).toBe(500);
    const next = (await outputs())['NextCommand']?.replace(/ACx+/, testAccount.accountSid) ?? '';
    expect(next).toMatch(/^AWS_REGION=[a-z0-9-]+ npx gateway secret set --stage dev --account-sid AC\d+$/);
    const { code, stdout } = await run('sh', ['-c', `echo ${testAccount.authToken} | ${next}`]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('Stored and proven') as string,
    });
    // Ingress does not read a missing secret again for five seconds.
    await eventually(async () => expect(await post()).toBe(200));
  });
});

describe('a webhook to the deployed stage', () => {
  webhookSuite();
});

test("the operator's commands find a message and the dead letter in the deployed stage", async () => {
  const gateway = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('npx', ['gateway', ...args, '--stage', stage, '--json']);
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  };
  const { sid } = JSON.parse(await gateway('send', 'sms', '--body', 'héllo 🌍')) as { readonly sid: string };
  await eventually(async () => {
    expect(await gateway('messages', 'list', '--limit', '1')).toContain(sid);
  });
  expect(await gateway('messages', 'show', sid)).toContain('héllo 🌍');
  expect(JSON.parse(await gateway('dead-letters', 'list'))).toHaveLength(1);
});

describe('the console of the deployed stage', () => {
  consoleSuite();
});

describe('the console of a deployed stage, with --allow-changes', () => {
  changesSuite();
});

describe('the commands that find and delete, at the deployed stage', () => {
  findCommandsSuite();
});

/**
 * The emulator ends a function's processes when it is deployed again. The messages that they had received are visible
 * again after the queue's visibility timeout of 120 s.
 */
const inFlightAgainMs = 180_000;

describe('a later deployment', () => {
  test('changes nothing if the template is the same', async () => {
    const again = scratch('again');
    await synthesize(again);
    expect(await deploy(again)).toContain(`${stack} (no changes)`);
  });

  test('loses no message in flight, and the new code processes later messages', async () => {
    const update = scratch('update');
    const reply = 'Thank you, we will call you.';
    // Both functions change: ingress gets a file in its bundle's folder, the consumer another environment.
    const changed = resolveStage(stage, { ...stages[stage], retentionDays: 45, reply: { default: reply } });
    synthesizeStage(changed, update);
    repair(update);
    const target = await openStageTarget(stage);
    try {
      let deployed = false;
      const [sent, printed] = await Promise.all([
        sendMessages(target, { atOnce: 4, more: () => !deployed }),
        deploy(update).finally(() => (deployed = true)),
      ]);
      expect(printed).toContain(`✅  ${stack}`);
      expect(printed).not.toContain('(no changes)');
      expect(sent.length).toBeGreaterThan(20);
      expect(sent.filter(({ answers }) => answers.at(-1) !== 200)).toEqual([]);
      for (const { messageSid, body } of sent) {
        const items = await eventually(async () => {
          const found = await target.itemsOf(messageKey(testAccount.accountSid, messageSid).pk);
          expect(found).toHaveLength(1);
          return found;
        }, inFlightAgainMs);
        expect(items[0]?.['body']).toEqual({ S: body });
      }
      const form = smsForm();
      expect((await postForm(target.webhooks.messages, form)).body).toContain(reply);
      await eventually(async () => {
        const [item] = await target.itemsOf(messageKey(testAccount.accountSid, String(form['MessageSid'])).pk);
        expect(Number(item?.['expiresAt']?.N)).toBeGreaterThan(Date.now() / 1000 + 44 * 86_400);
      });
    } finally {
      await target.close();
    }
  });
});

describe('handlers', () => {
  handlersSuite();
});

describe('the end', () => {
  test('cdk destroy leaves no stack, no queue, no topic and no table', async () => {
    await cdk('destroy', stack, '--force', '--app', scratch('handlers'));
    await expect(cloudFormation.send(new DescribeStacksCommand({ StackName: stack }))).rejects.toThrow(
      'does not exist',
    );
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
    expect(QueueUrls.filter((url) => url.includes(stack))).toEqual([]);
    const { Topics = [] } = await sns.send(new ListTopicsCommand());
    expect(Topics.filter(({ TopicArn }) => TopicArn?.includes(stack))).toEqual([]);
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
    expect(TableNames.filter((name) => name.includes(stack))).toEqual([]);
  });
});
