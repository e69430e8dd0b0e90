import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createAccountSecretSource } from '../aws/account-secret-source';
import { createLog } from '../aws/log';
import { createMetrics } from '../aws/metrics';
import { createSqsPublisher } from '../aws/sqs-publisher';
import { createCredentials } from './credentials';
import { parseIngressEnvironment } from './environment';
import { createIngress } from './ingress';

const settings = parseIngressEnvironment(process.env);
const log = createLog('ingress');
const metrics = createMetrics('ingress', settings.stageName);
const now = () => Date.now();

const ingress = createIngress(
  {
    credentials: createCredentials({
      source: createAccountSecretSource({ previousTokenMs: settings.previousTokenMs, now, log }),
      arns: settings.accountSecretArns,
      ttlMs: settings.secretTtlMs,
      maxStaleMs: settings.secretMaxStaleMs,
      now,
      random: () => Math.random(),
    }),
    publisher: createSqsPublisher(settings.eventQueueUrl),
    metrics,
    log,
    now,
  },
  settings,
);

/** API Gateway HTTP API, payload format 2.0. */
export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  try {
    return await ingress(event);
  } finally {
    metrics.flush();
  }
};
