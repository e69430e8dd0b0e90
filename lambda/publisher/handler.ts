import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createLines } from '../aws/log';
import { withDeadline } from '../shared/runtime/deadline';
import { createEventBridgePublish } from './aws/event-bridge-publish';
import { createSnsPublish } from './aws/sns-publish';
import { parsePublisherEnvironment } from './environment';
import { publishChanges } from './publish-changes';
import { publishToBoth } from './publish-to-both';

const settings = parsePublisherEnvironment(process.env);
const { log, metrics } = createLines('publisher', settings.stageName);
const { eventBusArn, stageName } = settings;
const publishToTopic = createSnsPublish(settings.topicArn);
const dependencies = {
  publish:
    eventBusArn === undefined
      ? publishToTopic
      : publishToBoth(publishToTopic, createEventBridgePublish({ busArn: eventBusArn, stageName })),
  log,
  metrics,
  payload: settings.payload,
};

/** Stops this long before Lambda ends the invocation, so that the response still says what was published. */
const reserveMs = 1_000;

/** Reads changes from the table's stream and publishes their events. */
export const handler = async (
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<DynamoDBBatchResponse> => {
  try {
    return await withDeadline(context.getRemainingTimeInMillis() - reserveMs, (signal) =>
      publishChanges(event, signal, dependencies),
    );
  } finally {
    metrics.flush();
  }
};
