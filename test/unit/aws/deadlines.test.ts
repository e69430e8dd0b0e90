import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDynamoDbEventStore } from '../../../lambda/consumer/aws/dynamodb-event-store';
import { createBreakerSecretReader } from '../../../lambda/breaker/aws/breaker-secret-reader';
import { createBreakerStore } from '../../../lambda/breaker/aws/breaker-store';
import { createBreakerNotify } from '../../../lambda/breaker/aws/sns-notify';
import { createCanaryItems } from '../../../lambda/canary/aws/canary-items';
import { createTakePublished } from '../../../lambda/canary/aws/canary-queue';
import { createSendToLane } from '../../../lambda/drain/aws/lane-queue';
import { createRegionQueue } from '../../../lambda/drain/aws/region-queue';
import { createEnqueue } from '../../../lambda/fallback/aws/send-webhooks';
import { createDeadLetterQueue } from '../../../lambda/handlers/aws/dead-letter-queue';
import { createIdempotencyTable } from '../../../lambda/handlers/aws/idempotency-table';
import { createSqsPublisher } from '../../../lambda/ingress/aws/sqs-publisher';
import { createEventBridgePublish } from '../../../lambda/publisher/aws/event-bridge-publish';
import { createSnsPublish } from '../../../lambda/publisher/aws/sns-publish';
import { createCycleStore } from '../../../lambda/reconciler/aws/cycle-store';
import { createReadKnown } from '../../../lambda/reconciler/aws/known-items';
import { createSendBackfills } from '../../../lambda/reconciler/aws/send-backfills';
import { createSecretsManager, readSecretVersion } from '../../../lambda/aws/secrets-manager';
import { firing } from '../breaker/firings';
import { messageKey } from '../../../lambda/shared/contract/table';
import type { Envelope } from '../../../lambda/shared/payload/envelope';
import { messageEvent, recordOf } from '../handlers/fixture';
import { startService, type Service } from './service';

const saved = { ...process.env };
let service: Service;
let deadline: AbortController;

beforeEach(async () => {
  deadline = new AbortController();
  // Never answers, and time is up when it has the request.
  service = await startService(() => void setImmediate(() => deadline.abort()));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: service.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'made-up',
  });
});
afterEach(async () => {
  process.env = { ...saved };
  await service.stop();
});

const queueUrl = () => `${service.endpoint}/123456789012/events`;
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:events.fifo';
const busArn = 'arn:aws:events:eu-west-1:123456789012:event-bus/main';
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:main';
const event = messageEvent(1);
const publications = [{ event, groupId: 'group', deduplicationId: 'id', attributes: {} }];
const claim = { key: 'key', owner: 'owner', untilMs: 1 };
const signedText = {
  accountSid: `AC${'a'.repeat(32)}`,
  signedTextHash: 'hash',
  reading: 'reading',
  requestId: 'request',
  receivedAt: '2026-01-31T10:00:00.000Z',
};
const envelope: Envelope = {
  ...signedText,
  eventId: 'SM1',
  kind: 'message',
  route: 'messages',
  contentType: 'form',
  body: Buffer.from('MessageSid=SM1'),
  query: '',
  tokenSlot: 'current',
};

/** Every client of a function, with a call of it. The deadlines of the calls are shorter than one attempt. */
const calls: readonly (readonly [string, (signal: AbortSignal) => Promise<unknown>])[] = [
  [
    'the event queue',
    (signal) => createSqsPublisher(queueUrl()).publish({ body: '{}', messageGroupId: 'AC1' }, signal),
  ],
  ["a handler's dead-letter queue", (signal) => createDeadLetterQueue(queueUrl())(recordOf(event, 'm1'), 'id', signal)],
  [
    'the table of events',
    (signal) => createDynamoDbEventStore({ tableName: 'table', retentionDays: 0 }).claimText(signedText, signal),
  ],
  ['the table of handled events', (signal) => createIdempotencyTable({ tableName: 'table' }).begin(claim, signal)],
  [
    'the rows of the breaker',
    (signal) => createBreakerStore({ tableName: 'table', now: () => 1 }).claim(firing(), signal),
  ],
  ["the breaker's topic", (signal) => createBreakerNotify(topicArn)({ subject: 'a', text: 'b' }, signal)],
  ["the breaker's secret", (signal) => createBreakerSecretReader(secretArn)(signal)],
  ['secrets', (signal) => readSecretVersion(createSecretsManager(), secretArn, { VersionStage: 'AWSCURRENT' }, signal)],
  ['the topic of events', (signal) => createSnsPublish(topicArn)(publications, signal)],
  ['canaries in the table', (signal) => createCanaryItems('table').isStored(signedText.accountSid, 'id', signal)],
  ["the canary's queue", (signal) => createTakePublished(queueUrl())(signal)],
  [
    'the event queue, from the lane',
    (signal) => createEnqueue(queueUrl())({ body: '{}', messageGroupId: 'AC1' }, signal),
  ],
  ['the queue in another region', (signal) => createRegionQueue(queueUrl(), 'us-west-2').receive(signal)],
  [
    "the lane's queue, from another region",
    (signal) =>
      createSendToLane(queueUrl())([{ messageId: 'm1', receiptHandle: 'h1', body: 'a=b', attributes: {} }], signal),
  ],
  [
    'the progress of a reconciliation',
    (signal) => createCycleStore({ tableName: 'table', now: () => 1 }).claim(signedText.accountSid, 2, signal),
  ],
  [
    'the messages that are known',
    (signal) => createReadKnown('table')(signal)([messageKey(signedText.accountSid, 'SM1')], 'strong'),
  ],
  ['the event queue, of backfills', (signal) => createSendBackfills(queueUrl())([envelope], signal)],
  ['the event bus', (signal) => createEventBridgePublish({ busArn, stageName: 'dev' })(publications, signal)],
];

test.each(calls)(
  'a call of %s that is never answered ends at its deadline, without another attempt',
  async (_, call) => {
    const outcome: unknown = await call(deadline.signal).catch((error: unknown) => error);
    const name = outcome instanceof Error ? outcome.name : (outcome as { readonly errorName?: string }).errorName;
    expect(name).toBe('AbortError');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(service.received).toHaveLength(1);
  },
);

test('every client of a function is in the list above', () => {
  const root = join(__dirname, '..', '..', '..');
  const files = readdirSync(join(root, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('aws', 'sdk', 'client.ts'))
    .filter((file) => readFileSync(join(root, 'lambda', file), 'utf8').includes('createSdkClient('));
  const listed = readFileSync(__filename, 'utf8');
  expect(files.length).toBeGreaterThan(10);
  expect(
    files.filter((file) => !listed.includes(`/lambda/${file.replaceAll('\\', '/').replace(/\.ts$/, '')}'`)),
  ).toEqual([]);
});
