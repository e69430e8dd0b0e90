import { queueUrl, readEnvironment, type Environment } from '../shared/runtime/environment';

/** The environment of the function: the stack sets exactly these variables, and the handler reads exactly these. */
export interface DrainEnvironment {
  readonly STAGE_NAME: string;
  /** The region of the other lane, e.g. `us-west-2`. */
  readonly FALLBACK_REGION: string;
  readonly REGION_QUEUE_URL: string;
  /** The queue of the lane in this region. */
  readonly LANE_QUEUE_URL: string;
}

export interface DrainSettings {
  readonly stageName: string;
  readonly region: string;
  readonly regionQueueUrl: string;
  readonly laneQueueUrl: string;
}

export const parseDrainEnvironment = (env: Environment): DrainSettings =>
  readEnvironment<keyof DrainEnvironment, DrainSettings>('the drain', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    region: reader.text('FALLBACK_REGION', { pattern: /^[a-z0-9-]+$/, allowed: 'a region (us-west-2)' }),
    regionQueueUrl: reader.text('REGION_QUEUE_URL', queueUrl),
    laneQueueUrl: reader.text('LANE_QUEUE_URL', queueUrl),
  }));
