import type { SQS } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { canaryKey } from '../../lambda/shared/contract/table';
import { readAlarmSubscriptions } from './sns/alarm-subscriptions';
import { createDynamoDbDecisions } from '../breaker/dynamodb-decisions';
import { createDynamoDbOptOutReader } from '../opt-outs/dynamodb-opt-outs';
import { createBackupTable } from './dynamodb/backup-table';
import { createErasableTable } from './dynamodb/erasable-table';
import { createItemBatches } from './dynamodb/item-batches';
import { createDynamoDbEventReader } from './dynamodb/event-reader';
import { createDynamoDbMessageReader } from './dynamodb/message-reader';
import { createDynamoDbTableReader, type TableReader } from './dynamodb/table-reader';
import { createStoredSince } from './dynamodb/stored-since';
import { createEventTopic } from './sns/event-topic';
import { createHandlerQueue } from './sqs/handler-queue';
import type { Backend, Erasing } from './ports';
import { createReconciling } from '../reconcile/reconciling';
import { createSecretsManagerStore } from './secrets-manager-store';
import { createDynamoDbWebhookReader } from './webhooks/dynamodb-webhook-reader';
import { readStandInReplies } from './stand-in-replies';
import { createSqsErasableQueue } from './sqs/erasable-queue';
import { createSqsDeadLetterQueue } from './sqs-dead-letter-queue';
import { clientConfiguration, regionalConfiguration } from './sdk-configuration';
import { eventDeadLetters, findDeadLetterQueue } from '../target/dead-letter-queues';
import type { Target } from '../target/target';
import { createSqsPoisonQueues } from './sqs-poison-queues';

const openTable = async (target: Target, signal: AbortSignal): Promise<TableReader> => {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDB(clientConfiguration(target.connection, 'dynamodb'));
  return createDynamoDbTableReader(client, {
    tableName: target.tableName,
    ...(target.connection.kind === 'local' ? { local: { scan: (input, options) => client.scan(input, options) } } : {}),
    signal,
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
  });
};

/** Only a deployed stage has these. */
const onlyAtAws = (region: string | undefined, signal: AbortSignal) => ({
  alarmSubscriptions: async (topicArn: string) => {
    const { SNS } = await import('@aws-sdk/client-sns');
    return readAlarmSubscriptions(new SNS(regionalConfiguration(region)), topicArn, signal);
  },
});

const publishing = ({ connection, tableName }: Target, topicArn: string, signal: AbortSignal) => ({
  publishing: async () => {
    const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
    const { SNS } = await import('@aws-sdk/client-sns');
    const { SQS } = await import('@aws-sdk/client-sqs');
    const sqs = new SQS({ ...clientConfiguration(connection, 'sqs'), useQueueUrlAsEndpoint: false });
    return {
      stored: createStoredSince(new DynamoDB(clientConfiguration(connection, 'dynamodb')), {
        tableName,
        signal,
        sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
      }),
      publish: createEventTopic(new SNS(clientConfiguration(connection, 'sns')), topicArn, signal),
      send: createHandlerQueue(sqs, signal),
    };
  },
});

const openErasing = async ({ connection, tableName }: Target, signal: AbortSignal): Promise<Erasing> => {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const { SQS } = await import('@aws-sdk/client-sqs');
  const sqs = new SQS({ ...clientConfiguration(connection, 'sqs'), useQueueUrlAsEndpoint: false });
  return {
    table: createErasableTable(new DynamoDB(clientConfiguration(connection, 'dynamodb')), {
      tableName,
      signal,
      sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    }),
    queue: (url) => createSqsErasableQueue(sqs, url, signal),
  };
};

const openBackup = async (target: Target, signal: AbortSignal, tableName = target.tableName) => {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  return createBackupTable(new DynamoDB(clientConfiguration(target.connection, 'dynamodb')), {
    tableName,
    signal,
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
  });
};

const createHasCanary = (target: Target, signal: AbortSignal): NonNullable<Backend['hasCanary']> => {
  const open = async (): Promise<ReturnType<typeof createItemBatches>> => {
    const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
    return createItemBatches(new DynamoDB(clientConfiguration(target.connection, 'dynamodb')), {
      tableName: target.tableName,
      signal,
      sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    });
  };
  let readItems: ReturnType<typeof open> | undefined;
  return async (accountSid, canaryId) => {
    const read = await (readItems ??= open());
    const [item] = await read([canaryKey(accountSid, canaryId)], ['pk', 'sk']);
    return item !== undefined;
  };
};

const openReconciling = async ({ connection, tableName, eventQueueUrl }: Target, signal: AbortSignal) => {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const { SQS } = await import('@aws-sdk/client-sqs');
  const readItems = createItemBatches(new DynamoDB(clientConfiguration(connection, 'dynamodb')), {
    tableName,
    signal,
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
  });
  const sqs = new SQS({ ...clientConfiguration(connection, 'sqs'), useQueueUrlAsEndpoint: false });
  return createReconciling(readItems, sqs, eventQueueUrl, signal);
};

const standInReplies = (baseUrl: string, signal: AbortSignal) => ({
  replies: () => readStandInReplies(baseUrl, signal),
});

const createQueueCounts = (target: Target, signal: AbortSignal): Backend['queueCounts'] => {
  let client: Promise<SQS> | undefined;
  const open = async (): Promise<SQS> => {
    const { SQS } = await import('@aws-sdk/client-sqs');
    return new SQS({ ...clientConfiguration(target.connection, 'sqs'), useQueueUrlAsEndpoint: false });
  };
  return async (queueUrl) => createSqsDeadLetterQueue(await (client ??= open()), queueUrl, signal).counts();
};

/**
 * Loads each SDK client on demand, because loading one takes a while.
 * @param targetNow the target again, after an error: a local gateway that was restarted has other ports
 */
export const createAwsBackend = (
  target: Target,
  signal: AbortSignal,
  targetNow: () => Promise<Target> = () => Promise.resolve(target),
): Backend => ({
  target,
  secrets: async () => {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
    return createSecretsManagerStore(
      new SecretsManager(clientConfiguration(target.connection, 'secretsmanager')),
      signal,
    );
  },
  messages: async () => createDynamoDbMessageReader(await openTable(target, signal)),
  webhooks: () => Promise.resolve(createDynamoDbWebhookReader(async () => openTable(await targetNow(), signal))),
  decisions: async () => {
    const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDB(clientConfiguration(target.connection, 'dynamodb'));
    return createDynamoDbDecisions(client, { tableName: target.tableName, signal });
  },
  ...(target.topicArn === undefined ? {} : publishing(target, target.topicArn, signal)),
  backup: (tableName) => openBackup(target, signal, tableName),
  erasing: () => openErasing(target, signal),
  table: () => openTable(target, signal),
  reconciling: () => openReconciling(target, signal),
  hasCanary: createHasCanary(target, signal),
  events: async () => createDynamoDbEventReader(await openTable(target, signal)),
  optOuts: async () => createDynamoDbOptOutReader(await openTable(target, signal)),
  deadLetters: async (queue = eventDeadLetters) => {
    const { deadLetterQueueUrl, sourceQueueUrl } = findDeadLetterQueue(target, queue);
    const { SQS } = await import('@aws-sdk/client-sqs');
    return createSqsDeadLetterQueue(
      // The endpoint is the region's or AWS_ENDPOINT_URL's, not the queue URL's host, which the SDK would warn about.
      new SQS({ ...clientConfiguration(target.connection, 'sqs'), useQueueUrlAsEndpoint: false }),
      deadLetterQueueUrl,
      signal,
      sourceQueueUrl,
    );
  },
  queueCounts: createQueueCounts(target, signal),
  ...(target.twilioStandIn === undefined ? {} : standInReplies(target.twilioStandIn.baseUrl, signal)),
  poisonQueues: async () => {
    const { SQS } = await import('@aws-sdk/client-sqs');
    const client = new SQS({
      ...clientConfiguration(target.connection, 'sqs'),
      useQueueUrlAsEndpoint: false,
    });
    const urls = { events: target.eventQueueUrl, deadLetters: target.deadLetterQueueUrl };
    return createSqsPoisonQueues(client, urls, signal);
  },
  ...(target.connection.kind === 'sdk' ? onlyAtAws(target.connection.region, signal) : {}),
});
