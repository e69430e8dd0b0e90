import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { createLines } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { withDeadline } from '../shared/runtime/deadline';
import { createCheckToken } from './aws/check-token';
import { createCanaryItems } from './aws/canary-items';
import { createTakePublished } from './aws/canary-queue';
import { postCanary } from './aws/post-canary';
import { createReadAuthorization, createReadToken } from './aws/secrets';
import { parseCanaryEnvironment } from './environment';
import { runCanaries } from './run-canaries';

const settings = parseCanaryEnvironment(process.env);
const { log, metrics } = createLines('canary', settings.stageName);
const client = createSecretsManager();
const { basicAuthSecretArn, queueUrl } = settings;

const ports = {
  readToken: createReadToken(client),
  readAuthorization: basicAuthSecretArn === undefined ? undefined : createReadAuthorization(client, basicAuthSecretArn),
  checkToken: settings.checkToken ? createCheckToken(settings.twilioApiBaseUrl) : undefined,
  post: postCanary,
  ...createCanaryItems(settings.tableName),
  takePublished: queueUrl === undefined ? undefined : createTakePublished(queueUrl),
  newId: randomUUID,
  sleep: (milliseconds: number, signal: AbortSignal) =>
    wait(milliseconds, undefined, { signal }).catch(() => undefined),
  log,
  metrics,
  now: Date.now,
};

/** Ends the run this long before Lambda ends the invocation, so that items are removed and metrics written. */
const reserveMs = 10_000;

/** Invoked by a schedule. */
export const handler = async (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  try {
    await withDeadline(context.getRemainingTimeInMillis() - reserveMs, (signal) =>
      runCanaries(ports, settings, signal),
    );
  } finally {
    metrics.flush();
  }
};
