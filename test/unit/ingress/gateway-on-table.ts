import { randomUUID } from 'node:crypto';
import { createDynamoDbEventStore } from '../../../lambda/consumer/aws/dynamodb-event-store';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { WireRequest } from '../../helpers/cuts';
import type { EventTable } from '../../helpers/event-table';
import type { GenuineWebhook } from '../../helpers/genuine-webhooks';
import { baseUrl, createTestIngress, tokenA, twilioSignature, webhookEvent } from './fakes';

/** Ingress and consumer, one after the other, on a real table. The stage accepts GET. */
export const createGatewayOn = (table: EventTable) => {
  const gateway = createTestIngress(undefined, { stage: { acceptGet: true } });
  const counts: Partial<Record<MetricName, number>> = {};
  const consumer = consumerBatch({
    store: createDynamoDbEventStore({ tableName: table.name, retentionDays: 0, client: table.client }),
    changeVisibility: () => Promise.resolve(),
    log: () => undefined,
    metrics: { count: (name) => (counts[name] = (counts[name] ?? 0) + 1) },
  });
  /** @returns the answer's status */
  const send = async (
    { route }: Pick<GenuineWebhook, 'route'>,
    request: WireRequest,
    signature: string,
  ): Promise<number> => {
    gateway.clock.now += 1;
    const event = webhookEvent({
      route,
      method: request.method,
      query: request.query,
      rawBody: request.body,
      headers: { 'content-type': request.contentType, 'x-twilio-signature': signature },
    });
    const sent = gateway.published.length;
    const { statusCode = 0 } = await gateway.ingress({
      ...event,
      requestContext: { ...event.requestContext, requestId: randomUUID() },
    });
    for (const { body } of gateway.published.slice(sent)) {
      const record = { messageId: randomUUID(), receiptHandle: 'none', body };
      expect(await consumer.process(record, new AbortController().signal)).toBe('done');
    }
    return statusCode;
  };
  return { send, counts };
};

export const signatureOf = ({ route, request: { query }, form }: GenuineWebhook): string =>
  twilioSignature(tokenA, `${baseUrl}/${route}${query === '' ? '' : `?${query}`}`, form);

export const markersIn = (rows: Awaited<ReturnType<EventTable['rows']>>) => rows.filter(({ sk }) => sk?.S === 'SIGNED');
