import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describeStack } from '../../../cli/clients/cloudformation-stack';
import { stageTarget } from '../../../cli/target/stage-target';
import { parseAccountSecret } from '../../../lambda/shared/credentials/account-secret';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import { stages } from '../../../lib/stages';
import { gatewayEffects } from '../../helpers/gateway-effects';
import type { WebhookTarget } from './target';

const bounds = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/** The suite stores made-up messages and does not delete them. */
const refuseProduction = (stage: string): void => {
  const found = Object.entries(stages).find(([name]) => name === stage)?.[1];
  if (found !== undefined && 'production' in found) {
    throw new Error(`Stage ${stage} is a production stage: the suite would store made-up messages in it.`);
  }
};

/** A deployed stage, found by its stack's outputs, as the CLI does. */
export const openStageTarget = async (stage: string): Promise<WebhookTarget> => {
  refuseProduction(stage);
  const target = await stageTarget(stage, {
    stack: describeStack,
    settings: () => Promise.resolve(undefined),
    region: (stageRegion) => Promise.resolve(stageRegion),
    callerAccount: () => Promise.resolve(undefined),
  });
  const secretsManager = new SecretsManagerClient(bounds);
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: target.secretIds[0] }));
  secretsManager.destroy();
  const parsed = parseAccountSecret(SecretString);
  if (parsed.kind !== 'ok') {
    throw new Error(`Stage ${stage} has no Auth Token: npx gateway secret set --stage ${stage}`);
  }
  // The SDK would send to the queue URL's host, which need not be the endpoint.
  const sqs = new SQSClient({ ...bounds, useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(bounds);
  const { tableName, eventQueueUrl, deadLetterQueueUrl } = target;
  const urls = Object.entries(target.webhooks).map(([route, { postUrl }]) => [route, postUrl]);
  return {
    ...gatewayEffects({ sqs, dynamodb, tableName, eventQueueUrl }),
    // fromEntries forgets the key type; the entries are the target's own.
    webhooks: Object.fromEntries(urls) as Record<RouteName, string>,
    account: parsed.secret,
    queues: { events: eventQueueUrl, deadLetters: deadLetterQueueUrl },
    sqs,
    close: () => {
      sqs.destroy();
      dynamodb.destroy();
      return Promise.resolve();
    },
  };
};
