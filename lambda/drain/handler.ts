import type { Context } from 'aws-lambda';
import { createLines } from '../aws/log';
import { withDeadline } from '../shared/runtime/deadline';
import { createSendToLane } from './aws/lane-queue';
import { createRegionQueue } from './aws/region-queue';
import { drain } from './drain';
import { parseDrainEnvironment } from './environment';

const settings = parseDrainEnvironment(process.env);
const { log, metrics } = createLines('drain', settings.stageName);
const ports = {
  ...createRegionQueue(settings.regionQueueUrl, settings.region),
  send: createSendToLane(settings.laneQueueUrl),
  log,
  metrics,
};

/** Ends the run this long before Lambda ends the invocation, so that the metrics are written. */
const reserveMs = 5_000;

/** Invoked by a schedule. */
export const handler = async (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  try {
    await withDeadline(context.getRemainingTimeInMillis() - reserveMs, (signal) => drain(ports, signal));
  } finally {
    metrics.flush();
  }
};
