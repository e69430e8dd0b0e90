import type { Payload } from '../shared/events/publication';
import { readEnvironment, type Environment } from '../shared/runtime/environment';

/** The publisher function's environment: the stack sets exactly these variables. */
export interface PublisherEnvironment {
  readonly STAGE_NAME: string;
  readonly TOPIC_ARN: string;
  /** `full` or `reference`. */
  readonly PAYLOAD: string;
  /** May be empty. */
  readonly EVENT_BUS_ARN: string;
}

export interface PublisherSettings {
  readonly stageName: string;
  readonly topicArn: string;
  readonly payload: Payload;
  readonly eventBusArn: string | undefined;
}

const eventBusArn = { pattern: /^arn:[\w-]+:events:\S+:event-bus\/\S+$/, allowed: 'the ARN of an event bus' };

export const parsePublisherEnvironment = (env: Environment): PublisherSettings =>
  readEnvironment<keyof PublisherEnvironment, PublisherSettings>('the publisher', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    topicArn: reader.text('TOPIC_ARN', { pattern: /^arn:[\w-]+:sns:\S+\.fifo$/, allowed: 'the ARN of a FIFO topic' }),
    payload:
      reader.text('PAYLOAD', { pattern: /^(?:full|reference)$/, allowed: 'full or reference' }) === 'full'
        ? 'full'
        : 'reference',
    eventBusArn: reader.optional('EVENT_BUS_ARN', eventBusArn),
  }));
