import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccountCredentials } from '../aws/account-credentials';
import { createBasicAuthSource } from './aws/basic-auth-source';
import { createLines } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { createInvokeFunction } from './aws/invoke-function';
import { createSqsPublisher } from './aws/sqs-publisher';
import { createBasicAuth } from '../shared/webhook/basic-auth';
import { parseIngressEnvironment } from './environment';
import { answerWebhook, type IngressOptions, type IngressPorts } from './ingress';
import { createRejectionLogSampling } from './rejection-log-sampling';
import { createReplyTo, type StaticReplies } from './static-reply';

const settings = parseIngressEnvironment(process.env);
const { log, metrics } = createLines('ingress', settings.stageName);
const { now } = Date;
const client = createSecretsManager();
const { basicAuth, replyFile, replyFunction } = settings;

/** @throws Error at cold start where the file is not in the bundle */
const readReplies = (file: string): StaticReplies =>
  // The stack wrote it with the bundle, and only of this type.
  JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as StaticReplies;

const ports: IngressPorts = {
  credentials: createAccountCredentials(settings, client, log),
  basicAuth:
    basicAuth === undefined
      ? undefined
      : createBasicAuth({
          source: createBasicAuthSource(client, basicAuth.secretArn),
          ttlMs: settings.secretTtlMs,
          maxStaleMs: settings.secretMaxStaleMs,
          now,
          random: Math.random,
        }),
  replyTo: replyFile === undefined ? undefined : createReplyTo(readReplies(replyFile)),
  replyFunction: replyFunction && {
    invoke: createInvokeFunction(new URL(replyFunction.invokeUrl), replyFunction.region),
    timeoutMs: replyFunction.timeoutMs,
  },
  publisher: createSqsPublisher(settings.eventQueueUrl),
  breakerPublisher: settings.breakerQueueUrl === undefined ? undefined : createSqsPublisher(settings.breakerQueueUrl),
  metrics,
  log,
  isRejectionLogged: createRejectionLogSampling(now),
  now,
};
const options: IngressOptions = { ...settings, realm: basicAuth?.realm };

/** API Gateway HTTP API, payload format 2.0. */
export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  try {
    return await answerWebhook(event, ports, options);
  } finally {
    metrics.flush();
  }
};
