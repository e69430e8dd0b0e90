import { createChangeVisibility } from '../../aws/change-visibility';
import { createLines } from '../../aws/log';
import { createSecretsManager } from '../../aws/secrets-manager';
import type { Environment } from '../../shared/runtime/environment';
import { parseHandlerEnvironment, type HandlerSettings } from '../environment';
import type { HandlerPorts, SendReply } from '../ports';
import { createTwilioReply } from '../reply/twilio-reply';
import { TemporaryError } from '../temporary-error';
import { createDeadLetterQueue } from './dead-letter-queue';
import { createIdempotencyTable } from './idempotency-table';
import { createReplyKeys } from './reply-keys';
import { createSecretText } from './secret-text';

/** Wires a handler function from its environment, once per cold start. */
export const createHandlerPorts = (env: Environment): HandlerPorts => {
  const settings = parseHandlerEnvironment(env);
  const { log, handlerLog, metrics } = createLines(`handler-${settings.handlerName}`, settings.stageName);
  return {
    handlerName: settings.handlerName,
    idempotency: createIdempotencyTable({ tableName: settings.idempotencyTableName }),
    deadLetter: createDeadLetterQueue(settings.deadLetterQueueUrl),
    changeVisibility: createChangeVisibility(settings.queueUrl, env['AWS_REGION']),
    retryDelays: settings.retryDelays,
    maxReceives: settings.maxReceives,
    sendReply: replySender(settings),
    log: handlerLog,
    logOutcome: log,
    metrics,
  };
};

const replySender = ({ replySecretArn, statusCallbackUrl, twilioApiBaseUrl }: HandlerSettings): SendReply => {
  if (replySecretArn === undefined) {
    return () => Promise.reject(new TemporaryError('this handler may not reply: register it with reply: true'));
  }
  return createTwilioReply({
    keys: createReplyKeys(createSecretText(replySecretArn, createSecretsManager())),
    statusCallbackUrl,
    baseUrl: twilioApiBaseUrl,
  });
};
