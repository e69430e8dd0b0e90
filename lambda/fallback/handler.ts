import { createAccountCredentials } from '../aws/account-credentials';
import { createLines } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { createQueueHandler } from '../shared/runtime/batch';
import { createEnqueue } from './aws/send-webhooks';
import { parseFallbackEnvironment } from './environment';
import { fallbackBatch } from './fallback';

const settings = parseFallbackEnvironment(process.env);
const { log, metrics } = createLines('fallback', settings.stageName);

/** Takes a batch of the lane's queue. Lambda deletes the messages that the response does not name. */
export const handler = createQueueHandler(
  fallbackBatch(
    {
      credentials: createAccountCredentials(settings, createSecretsManager(), log),
      enqueue: createEnqueue(settings.eventQueueUrl),
      log,
      metrics,
    },
    settings,
  ),
  metrics,
);
