import type { Context } from 'aws-lambda';
import { createLines } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { createTwilioLists } from '../shared/reconciliation/twilio-lists';
import { withDeadline } from '../shared/runtime/deadline';
import { createCycleStore } from './aws/cycle-store';
import { createReadKeys } from './aws/read-keys';
import { createReadKnown } from './aws/known-items';
import { createSendBackfills } from './aws/send-backfills';
import { parseReconcilerEnvironment } from './environment';
import { reconcileAccounts } from './reconciler';

const settings = parseReconcilerEnvironment(process.env);
const { log, metrics } = createLines('reconciler', settings.stageName);
const now = (): number => Date.now();

const ports = {
  readKeys: createReadKeys(settings.secretArn, createSecretsManager()),
  cycles: createCycleStore({ tableName: settings.tableName, now }),
  openLists: (
    {
      accountSid,
      apiKey,
      apiSecret,
    }: { readonly accountSid: string; readonly apiKey: string; readonly apiSecret: string },
    signal: AbortSignal,
  ) =>
    createTwilioLists({
      credentials: { accountSid, username: apiKey, password: apiSecret },
      baseUrl: settings.twilioApiBaseUrl,
      signal,
    }),
  readKnown: createReadKnown(settings.tableName),
  send: createSendBackfills(settings.eventQueueUrl),
  log,
  metrics,
  now,
};

/** Stops this long before Lambda ends the invocation, so that the state of the cycle is stored. */
const reserveMs = 5_000;

/** Invoked by a schedule. */
export const handler = async (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  const remainingMs = context.getRemainingTimeInMillis();
  try {
    await withDeadline(remainingMs - reserveMs, (signal) =>
      reconcileAccounts(ports, settings, now() + remainingMs, signal),
    );
  } finally {
    metrics.flush();
  }
};
