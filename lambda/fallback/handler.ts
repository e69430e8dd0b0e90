import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createAccountSecretSource } from '../aws/account-secret-source';
import { createLines } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { createCredentials } from '../shared/credentials/credentials';
import { createBatch } from '../shared/runtime/batch';
import { createEnqueue } from './aws/send-webhooks';
import { parseFallbackEnvironment } from './environment';
import { fallbackBatch } from './fallback';

const settings = parseFallbackEnvironment(process.env);
const { log, metrics } = createLines('fallback', settings.stageName);
const processBatch = createBatch(
  fallbackBatch(
    {
      credentials: createCredentials({
        source: createAccountSecretSource({
          client: createSecretsManager(),
          previousTokenMs: settings.previousTokenMs,
        }),
        arns: settings.accountSecretArns,
        ttlMs: settings.secretTtlMs,
        maxStaleMs: settings.secretMaxStaleMs,
        now: Date.now,
        random: Math.random,
        log,
      }),
      enqueue: createEnqueue(settings.eventQueueUrl),
      log,
      metrics,
    },
    settings,
  ),
);

/** Takes a batch of the lane's queue. Lambda deletes the messages that the response does not name. */
export const handler = async (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> => {
  try {
    return await processBatch(event, context);
  } finally {
    metrics.flush();
  }
};
