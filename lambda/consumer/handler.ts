import { createDynamoDbEventStore } from './aws/dynamodb-event-store';
import { createChangeVisibility } from '../aws/change-visibility';
import { createLines } from '../aws/log';
import { createQueueHandler } from '../shared/runtime/batch';
import { parseConsumerEnvironment } from './environment';
import { consumerBatch } from './process-record';

// Nothing that a record changes outlives an invocation.
const settings = parseConsumerEnvironment(process.env);
const { log, metrics } = createLines('consumer', settings.stageName);
/** Takes a batch of the event queue. Lambda deletes the messages that the response does not name. */
export const handler = createQueueHandler(
  consumerBatch({
    store: createDynamoDbEventStore(settings),
    changeVisibility: createChangeVisibility(settings.eventQueueUrl, process.env['AWS_REGION']),
    log,
    metrics,
    storeCanaries: settings.storeCanaries,
  }),
  metrics,
);
