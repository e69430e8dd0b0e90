import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { handleRecords } from '../../../lambda/handlers/handle-records';
import type { Subscription } from '../../../lambda/handlers/handle-record';
import type { Claim, HandlerPorts, IdempotencyStore } from '../../../lambda/handlers/ports';
import type { DataRule, EventFor } from '../../../lambda/handlers/read-event';
import { messageReceived } from '../../../lambda/handlers/testing';
import type { GatewayEvent } from '../../../lambda/shared/events/gateway-event';
import type { LogFields } from '../../../lambda/shared/runtime/ports';

export type Message = 'twilio.webhook.message.received';
export type MessageEvent = EventFor<Message, 'required'>;

/** A queue message with an event. @param group of a FIFO queue; a standard queue has none */
export const recordOf = (event: GatewayEvent | string, messageId: string, group?: string): SQSRecord => ({
  messageId,
  receiptHandle: `receipt ${messageId}`,
  body: typeof event === 'string' ? event : JSON.stringify(event),
  md5OfBody: '',
  attributes: {
    ApproximateReceiveCount: '2',
    ApproximateFirstReceiveTimestamp: '0',
    SenderId: 'test',
    SentTimestamp: '0',
    ...(group === undefined ? {} : { MessageGroupId: group, SequenceNumber: '1' }),
  },
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:test.fifo',
  awsRegion: 'eu-central-1',
});

/** An idempotency store in memory, with the rules of the table. */
export const memoryStore = (now: () => number = () => Date.now()) => {
  const items = new Map<string, Claim | 'done'>();
  const store: IdempotencyStore = {
    begin: (claim) => {
      const item = items.get(claim.key);
      if (item === 'done') return Promise.resolve('done');
      if (item !== undefined && item.owner !== claim.owner && item.untilMs >= now()) {
        return Promise.resolve('in_progress');
      }
      items.set(claim.key, claim);
      return Promise.resolve('begun');
    },
    finish: (claim) => Promise.resolve(void items.set(claim.key, 'done')),
    release: (claim) => {
      const item = items.get(claim.key);
      if (item !== undefined && item !== 'done' && item.owner === claim.owner) items.delete(claim.key);
      return Promise.resolve();
    },
  };
  return { items, ...store };
};

export interface Outcome extends LogFields {
  readonly level: string;
}

/** Ports in memory, and a record of their calls. */
export const memoryPorts = (overrides: Partial<HandlerPorts> = {}) => {
  const outcomes: Outcome[] = [];
  const lines: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const counts: string[] = [];
  const deadLetters: { readonly messageId: string; readonly id: string }[] = [];
  const hidden: { readonly receiptHandle: string; readonly seconds: number }[] = [];
  const ports: HandlerPorts = {
    handlerName: 'Replies',
    idempotency: memoryStore(),
    deadLetter: ({ messageId }, id) => Promise.resolve(void deadLetters.push({ messageId, id })),
    retryDelays: [1, 10, 60],
    maxReceives: 5,
    changeVisibility: (receiptHandle, seconds) => Promise.resolve(void hidden.push({ receiptHandle, seconds })),
    sendReply: () => Promise.resolve({ kind: 'sent', messageSid: 'SM1' }),
    log: (message, fields) => void lines.push({ message, fields }),
    logOutcome: (level, fields) => void outcomes.push({ level, ...fields }),
    metrics: { count: (name) => void counts.push(name), flush: () => undefined },
    ...overrides,
  };
  return { ports, outcomes, lines, counts, deadLetters, hidden };
};

/** Handles records with a handler of incoming messages. @returns the ids of the messages that are retried */
export const handle = async (
  ports: HandlerPorts,
  records: readonly SQSRecord[],
  work: Subscription<Message, 'required'>['handle'],
  { remainingMs = () => 30_000, data = 'required' }: { remainingMs?: () => number; data?: DataRule } = {},
): Promise<readonly string[]> => {
  const event: SQSEvent = { Records: [...records] };
  const subscription = { types: ['twilio.webhook.message.received'] as const, data, handle: work };
  const { batchItemFailures } = await handleRecords<Message, 'required'>(subscription, ports, event, {
    getRemainingTimeInMillis: remainingMs,
  });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

/** An event with a SID of its own. */
export const messageEvent = (number: number, body = 'hi'): MessageEvent =>
  messageReceived({ body, messageSid: `SM${String(number).padStart(32, '0')}` });
