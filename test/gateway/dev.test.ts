import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { messageSortKey } from '../../lambda/shared/contract/table';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import type { LocalState } from '../../local/state-file';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { eventually, projectRoot, readyLine, startProcess, typescript, type StartedProcess } from './gateway-process';
import { loggingHandler } from './project-copy';

const timeoutMs = 60_000;
const lib = join(projectRoot, 'lib/index');

/** A CDK app that somebody else wrote: two gateways, an existing table, a bucket and functions of its own. */
const app = `
import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { TwilioWebhookGateway } from '${lib}';

const app = new App();
const data = new Stack(app, 'Data');
const table = new Table(data, 'Messages', {
  tableName: 'all-messages',
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  stream: StreamViewType.NEW_AND_OLD_IMAGES,
});
table.addGlobalSecondaryIndex({
  indexName: 'byAccountDay',
  partitionKey: { name: 'accountDay', type: AttributeType.STRING },
  sortKey: { name: 'accountDayTime', type: AttributeType.STRING },
});
table.addGlobalSecondaryIndex({
  indexName: 'byConversation',
  partitionKey: { name: 'conversation', type: AttributeType.STRING },
  sortKey: { name: 'accountDayTime', type: AttributeType.STRING },
});
const archive = new Bucket(data, 'Archive');

const messaging = new Stack(app, 'Messaging');
const twilio = new TwilioWebhookGateway(messaging, 'Twilio', { stageName: 'prod', table });
twilio.onMessage('Replies', {
  entry: require.resolve('../handlers/reply.ts'),
  environment: { ARCHIVE: archive.bucketName, ARCHIVE_DOMAIN: archive.bucketDomainName },
});

new TwilioWebhookGateway(messaging, 'Support', { stageName: 'support' });

const audit = new Stack(app, 'Audit');
const queue = new Queue(audit, 'Queue', { fifo: true });
twilio.topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }));
const log = "exports.handler = async ({ Records }) => console.log(JSON.stringify({ audited: Records.length }));";
new Function(audit, 'Log', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(log),
}).addEventSource(new SqsEventSource(queue));
new Function(audit, 'Report', {
  runtime: Runtime.PYTHON_3_13,
  handler: 'index.handler',
  code: Code.fromInline('def handler(event, context): pass'),
  environment: { TABLE_NAME: table.tableName },
});
`;

/** What the package's command does with \`dev\`. */
const command = `
import { startCommand } from '${join(projectRoot, 'local/dev/start-command')}';
const cli = 'npx twilio-webhook-gateway';
void startCommand('dev', { command: cli + ' dev', cli, appDirectory: process.cwd() }).parseAsync();
`;

let directory = '';
let gateway: StartedProcess | undefined;
const save = (file: string, text: string): void => {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const dev = (...args: readonly string[]): StartedProcess =>
  startProcess(process.execPath, [...typescript, 'dev.ts', '--log', 'json', ...args], {
    cwd: directory,
    env: { TWILIO_ACCOUNT_SID: testAccount.accountSid, TWILIO_AUTH_TOKEN: testAccount.authToken },
  });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-other-app-'));
  symlinkSync(join(projectRoot, 'node_modules'), join(directory, 'node_modules'));
  save('dev.ts', command);
  save('cdk.json', JSON.stringify({ app: 'node --import tsx bin/app.ts' }));
  save('bin/app.ts', app);
  save('handlers/reply.ts', loggingHandler('seen'));
});
afterAll(async () => {
  gateway?.child.kill('SIGTERM');
  await gateway?.finished;
  rmSync(directory, { recursive: true, force: true });
});

const storedSids = async ({ endpoints, tableName }: LocalState): Promise<readonly (string | undefined)[]> => {
  const endpoint = endpoints.dynamodb;
  const dynamodb = new DynamoDBClient({ endpoint, region: localRegion, credentials: localCredentials });
  try {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: tableName }));
    return Items.filter(({ sk }) => sk?.S === messageSortKey).map(({ pk }) => pk?.S?.split('#').at(-1));
  } finally {
    dynamodb.destroy();
  }
};

test(
  "dev runs the gateway of another CDK app with its existing table, its handlers and the app's own subscription",
  async () => {
    gateway = dev('--port', '0', '--gateway', 'Twilio');
    const { stdout, stderr } = gateway;
    expect(await readyLine(gateway)).toMatch(/\/prod$/);
    expect(stdout()).toContain('npx twilio-webhook-gateway send sms ');
    expect(stdout()).toContain(
      'not emulated, although a function of the gateway knows its name: Data/Archive (AWS::S3::Bucket)\n',
    );
    expect(stdout()).toMatch(/^left out: Audit\/Report runs on python3\.13; .*$/m);
    expect(stderr()).toBe('');

    const state = JSON.parse(readFileSync(join(directory, '.gateway/local.json'), 'utf8')) as LocalState;
    expect(state.tableName).toBe('all-messages');
    const MessageSid = newMessageSid();
    expect((await postForm(state.webhooks.messages, smsForm({ MessageSid }))).status).toBe(200);
    await eventually(async () => expect(await storedSids(state)).toEqual([MessageSid]));
    await eventually(() => expect(stdout()).toMatch(/^ {2}Replies SM…[0-9a-f]{4}: seen$/m));
    await eventually(() => expect(stderr()).toContain('{"audited":1}\n'));

    save('handlers/reply.ts', '\nexport const handler = ;\n');
    await eventually(() => expect(stderr()).toMatch(/^error: handlers\/reply\.ts:2:24: \S/m));
    save('bin/app.ts', app.replace("'Replies'", "'Others'"));
    save('handlers/reply.ts', loggingHandler('seen again'));
    await eventually(() => expect(stdout()).toMatch(/^reloaded in \d+ ms$/m));
    expect((await postForm(state.webhooks.messages, smsForm({ MessageSid: newMessageSid() }))).status).toBe(200);
    await eventually(() => expect(stdout()).toMatch(/^ {2}Others SM…[0-9a-f]{4}: seen again$/m));
  },
  timeoutMs,
);

test(
  'of several gateways, the error has the options that choose each',
  async () => {
    const { code, stderr } = await dev('--port', '0').finished;
    expect(stderr).toBe(
      [
        'error: This app has several gateways. Choose one of these:',
        '  npx twilio-webhook-gateway dev --stack Messaging --gateway Twilio',
        '  npx twilio-webhook-gateway dev --stack Messaging --gateway Support\n',
      ].join('\n'),
    );
    expect(code).toBe(1);
  },
  timeoutMs,
);

test(
  'a command that fails is shown with the line of the app',
  async () => {
    save('bin/broken.ts', "throw new Error('not like this');\n");
    const { code, stderr } = await dev('--port', '0', '--app', 'node --import tsx bin/broken.ts').finished;
    expect(stderr).toBe('error: bin/broken.ts:1:7: not like this\n');
    expect(code).toBe(1);
  },
  timeoutMs,
);
