import { localRegion } from './server/aws-identity';
import type { LoopbackEndpoint } from './server/loopback-server';
import type { PublishedNotice } from './sns/publish';
import { startSns } from './sns/sns';
import type { TopicMessage } from './sns/topic';
import { createTopicSet, type TopicSet } from './sns/topic-set';
import { dataPath, itemsDirectory } from './data-directory';
import { startDynamoDb, type LocalDynamoDb } from './dynamodb/dynamodb';
import { startSecrets, type LocalSecrets } from './secrets-manager/local-service';
import { startQueues, type LocalQueues } from './sqs/local-service';

/** The emulated AWS services. */
export interface LocalServices {
  readonly dynamodb: LocalDynamoDb;
  readonly queues: LocalQueues;
  readonly secrets: LocalSecrets;
  readonly sns: LoopbackEndpoint;
  /** The topics that `sns` serves. */
  readonly topicSet: TopicSet;
}

/**
 * Starts one service after another and adds what closes each to `closers`, so that a failed start leaves nothing
 * open.
 */
export const startServices = async (
  options: {
    readonly dataDir?: string | undefined;
    readonly onNotice: (notice: PublishedNotice) => void;
    readonly onPublished: (message: TopicMessage) => void;
    readonly onSent: (queueName: string) => void;
  },
  closers: (() => Promise<void>)[],
): Promise<LocalServices> => {
  const path = dataPath(options.dataDir);
  const dynamodb = await startDynamoDb({
    directory: itemsDirectory(path('dynamodb'), closers),
    region: localRegion,
  });
  closers.push(dynamodb.close);
  const queues = await startQueues({ journalPath: path('queues.journal'), onSent: options.onSent });
  closers.push(queues.close);
  const secrets = await startSecrets({ storePath: path('secrets.json') });
  closers.push(secrets.close);
  const topicSet = createTopicSet(queues.deliver);
  const sns = await startSns({
    get topics() {
      return topicSet.topics;
    },
    onNotice: options.onNotice,
    onPublished: options.onPublished,
  });
  closers.push(sns.close);
  return { dynamodb, queues, secrets, sns, topicSet };
};

/** Variables that point the SDK in a function at the emulators. */
export const serviceEnvironment = ({ queues, dynamodb, secrets, sns }: LocalServices) => ({
  AWS_ENDPOINT_URL_SQS: queues.endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  AWS_ENDPOINT_URL_SNS: sns.endpoint,
});
