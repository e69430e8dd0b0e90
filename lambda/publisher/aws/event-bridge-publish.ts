import { EventBridgeClient, PutEventsCommand, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import { createSdkClient } from '../../aws/sdk/client';
import type { Publish } from '../ports';

/**
 * Puts events on a bus: `source` names the stage, `detail-type` is the event's type, `detail` the whole event. A bus
 * keeps no order.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createEventBridgePublish = (
  { busArn, stageName }: { readonly busArn: string; readonly stageName: string },
  overrides: EventBridgeClientConfig = {},
): Publish => {
  const client = createSdkClient(EventBridgeClient, { requestTimeoutMs: 3000, maxAttempts: 3 }, overrides);
  return async (publications, signal) => {
    const command = new PutEventsCommand({
      Entries: publications.map(({ event }) => ({
        EventBusName: busArn,
        Source: `twilio-webhook-gateway.${stageName}`,
        DetailType: event.type,
        Time: new Date(event.time),
        Detail: JSON.stringify(event),
      })),
    });
    const { Entries = [] } = await client.send(command, { abortSignal: signal });
    const failed = Entries.findIndex(({ ErrorCode }) => ErrorCode !== undefined);
    // An answer without an entry does not say that its event was accepted.
    return failed < 0 ? Math.min(Entries.length, publications.length) : failed;
  };
};
