import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBreakerStore } from './aws/breaker-store';
import { createBreakerNotify } from './aws/sns-notify';
import { createBreakerSecretReader } from './aws/breaker-secret-reader';
import { createChangeVisibility } from '../aws/change-visibility';
import { createLines } from '../aws/log';
import { createOpenTwilioApi } from './aws/twilio-api';
import { createQueueHandler } from '../shared/runtime/batch';
import { breakerBatch } from './breaker';
import { parseBreakerEnvironment } from './environment';

const settings = parseBreakerEnvironment(process.env, (name) => readFileSync(join(__dirname, name), 'utf8'));
const { log, metrics } = createLines('breaker', settings.stageName);
const now = () => Date.now();

/**
 * Takes firings of usage triggers from the breaker's queue. Lambda deletes the messages that the response does not
 * name.
 */
export const handler = createQueueHandler(
  breakerBatch(
    {
      store: createBreakerStore({ tableName: settings.tableName, now }),
      readSecret: createBreakerSecretReader(settings.secretArn),
      openTwilio: createOpenTwilioApi({
        baseUrl: settings.twilioApiBaseUrl,
        timeoutMs: settings.twilioApiTimeoutMs,
      }),
      notify: createBreakerNotify(settings.topicArn),
      changeVisibility: createChangeVisibility(settings.queueUrl, process.env['AWS_REGION']),
      log,
      metrics,
      now,
    },
    settings,
  ),
  metrics,
);
