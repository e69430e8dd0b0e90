import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageSortKey } from '../../lambda/shared/contract/table';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { testAccount } from '../helpers/test-account';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';
import { handlersModule, loggingHandler, projectCopy, type ProjectCopy } from './project-copy';

const startTimeoutMs = 120_000;
const credentials = {
  TWILIO_ACCOUNT_SID: testAccount.accountSid,
  TWILIO_AUTH_TOKEN: testAccount.authToken,
};
const withHandler = handlersModule("  gateway.onMessage('Replies', { entry: 'handlers/reply.ts' });");

let project: ProjectCopy;
let directory: WorkingDirectory;
beforeEach(() => {
  project = projectCopy();
  directory = workingDirectory(project.path);
  project.save('handlers/reply.ts', loggingHandler('seen'));
  project.save('lib/handlers.ts', withHandler);
});
afterEach(async () => {
  await directory.remove();
  project.remove();
});

const start = (...args: readonly string[]): Promise<ReadyGateway> =>
  directory.startReady(['--port', '0', ...args], credentials);

const send = async ({ state }: ReadyGateway): Promise<string> => {
  const MessageSid = newMessageSid();
  expect((await postForm(state.webhooks.messages, smsForm({ MessageSid }))).status).toBe(200);
  return MessageSid;
};

const client = (endpoint: string) => ({ endpoint, region: localRegion, credentials: localCredentials });

const storedSids = async ({ state }: ReadyGateway): Promise<readonly (string | undefined)[]> => {
  const dynamodb = new DynamoDBClient(client(state.endpoints.dynamodb));
  try {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: state.tableName }));
    return Items.filter(({ sk }) => sk?.S === messageSortKey).map(({ pk }) => pk?.S?.split('#').at(-1));
  } finally {
    dynamodb.destroy();
  }
};

const messagesIn = async ({ state }: ReadyGateway, QueueUrl: string): Promise<string | undefined> => {
  const sqs = new SQSClient(client(state.endpoints.sqs));
  try {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Attributes?.['ApproximateNumberOfMessages'];
  } finally {
    sqs.destroy();
  }
};

const handledSids = ({ stderr }: ReadyGateway): readonly string[] =>
  stderr()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"reason":"handled"'))
    .map((line) => (JSON.parse(line) as { readonly messageSid: string }).messageSid);

test(
  'an event that was stored but not published when the gateway was killed is published once, by the next start',
  async () => {
    // The bundle is the shipped publisher behind a wait that never ends.
    project.save('lambda/publisher/handler.ts', 'export const handler = () => new Promise(() => undefined);\n');
    const killed = await start('--data-dir', 'data');
    const sid = await send(killed);
    await eventually(async () => expect(await storedSids(killed)).toEqual([sid]));
    await killed.stop('SIGKILL');
    expect(handledSids(killed)).toEqual([]);

    project.restore('lambda/publisher/handler.ts');
    const again = await start('--data-dir', 'data');
    await eventually(() => expect(handledSids(again)).toEqual([sid]));
    // Webhooks that were answered reach their handler before a gateway that is stopped ends.
    const sids = [sid];
    for (let sent = 0; sent < 20; sent += 1) sids.push(await send(again));
    expect(await again.stop()).toMatchObject({ code: 0 });
    expect([...handledSids(again)].sort()).toEqual(sids.sort());
  },
  startTimeoutMs,
);

test(
  'an event in the queue of a handler survives a kill, and messages of before the first handler are not events',
  async () => {
    project.save('lib/handlers.ts', handlersModule());
    const before = await start('--data-dir', 'data');
    const old = await send(before);
    await eventually(async () => expect(await storedSids(before)).toEqual([old]));
    await before.stop();

    project.save('lib/handlers.ts', withHandler);
    project.save('handlers/reply.ts', 'export const handler = ;\n');
    const waiting = await start('--data-dir', 'data');
    const { queue } = waiting.state.handlers[0] ?? { queue: '' };
    const sids: string[] = [];
    for (const count of ['1', '2']) {
      sids.push(await send(waiting));
      // Two webhooks that wait at once may be stored, and so published, in either order.
      await eventually(async () => expect(await messagesIn(waiting, queue)).toBe(count));
    }
    await waiting.stop('SIGKILL');

    project.save('handlers/reply.ts', loggingHandler('seen'));
    const again = await start('--data-dir', 'data');
    await eventually(() => expect(handledSids(again)).toEqual(sids));
  },
  startTimeoutMs,
);
