import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamoDbEventStore } from './aws/dynamodb-event-store';
import { createLog } from '../aws/log';
import { createMetrics } from '../aws/metrics';
import { createRetryNow } from '../aws/change-visibility';
import { createBatch } from '../shared/runtime/batch';
import { parseConsumerEnvironment } from './environment';
import { createRecordProcessor } from './process-record';

// Only what no record changes outlives an invocation.
const settings = parseConsumerEnvironment(process.env);
const metrics = createMetrics('consumer', settings.stageName);
const processBatch = createBatch(
  createRecordProcessor({
    store: createDynamoDbEventStore(settings),
    retryNow: createRetryNow({
      queueUrl: settings.eventQueueUrl,
      // Lambda sets it always: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
      region: process.env['AWS_REGION'] ?? '',
    }),
    log: createLog('consumer'),
    metrics,
  }),
);

/** Takes a batch of the event queue. Lambda deletes the messages that the answer does not name. */
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
