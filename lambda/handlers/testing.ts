/**
 * Tests of handlers, without AWS, network or environment.
 * @module twilio-webhook-gateway/handlers/testing
 */
import { randomBytes } from 'node:crypto';
import { conversationIdOf } from '../shared/events/conversation';
import {
  schemaOf,
  type EventData,
  type EventType,
  type GatewayEvent,
  type MessageReceived,
  type MessageStatusChanged,
} from '../shared/events/gateway-event';
import type { LambdaHandler } from './handlers';
import type { Claim, HandlerPorts, LogFields, ReplyContent, ReplyResult } from './ports';
import type { QueueRecord } from './queue-event';
import type { EventWithData, WithData } from './read-event';
import type { ReplyAnswer, ReplyHandler } from './reply-with';

const accountSid = `AC${'0'.repeat(32)}`;
const newSid = (prefix: string) => `${prefix}${randomBytes(16).toString('hex')}`;

/** An incoming message. Every call makes one with a new SID. */
export const messageReceived = (
  data: Partial<MessageReceived> = {},
): EventWithData<'twilio.webhook.message.received'> => {
  const addresses = { accountSid, from: '+15550100', to: '+15550101', ...data };
  const messageSid = data.messageSid ?? newSid('SM');
  return eventReceived('twilio.webhook.message.received', {
    messageSid,
    media: [],
    conversationId: conversationIdOf(addresses.accountSid, addresses.from, addresses.to),
    fallback: false,
    query: '',
    params: {},
    ...addresses,
  });
};

/** A status of a message that was sent. */
export const statusChanged = (
  data: Partial<MessageStatusChanged> = {},
): EventWithData<'twilio.webhook.message.status-changed'> => {
  const addresses = { accountSid, from: '+15550101', to: '+15550100', ...data };
  const status = data.status ?? 'delivered';
  return eventReceived('twilio.webhook.message.status-changed', {
    messageSid: newSid('SM'),
    status,
    order: 40,
    terminal: ['delivered', 'undelivered', 'failed', 'read', 'canceled'].includes(status),
    conversationId: conversationIdOf(addresses.accountSid, addresses.from, addresses.to),
    ...addresses,
  });
};

/** An event of any type. Delete its `data` to get what a stage with `payload: 'reference'` publishes. */
export const eventReceived = <Type extends EventType>(
  type: Type,
  data: EventData[Type],
): GatewayEvent<Type> & WithData<Type> => {
  const sid = 'messageSid' in data ? data.messageSid : undefined;
  return {
    specversion: '1.0',
    type,
    id: `${type}#${sid ?? randomBytes(16).toString('hex')}`,
    source: `/accounts/${data.accountSid}`,
    ...(sid === undefined ? {} : { subject: sid }),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: schemaOf(type),
    item: { pk: `${data.accountSid}#TEST`, sk: sid ?? 'EVENT' },
    data,
  };
};

/** The result of a handler for an event. */
export interface Invocation {
  /**
   * What happens to the queue message: `handled` and `duplicate` are deleted, `failed` is retried, and `dead_letter` is
   * in the dead-letter queue.
   */
  readonly outcome: 'handled' | 'duplicate' | 'failed' | 'dead_letter';
  /** What the handler asked Twilio to send. */
  readonly replies: readonly ReplyContent[];
  /** What the handler logged. */
  readonly logs: readonly LoggedLine[];
  /** What the handler threw, or why the event cannot be handled. */
  readonly error: unknown;
}

/** A line that a handler logged. */
export interface LoggedLine {
  /** The text of the line. */
  readonly message: string;
  /** The other fields of the line. */
  readonly fields: LogFields;
}

/** The surroundings of a handler in a test. */
export interface InvokeOptions {
  /** Milliseconds until Lambda would end the invocation. @default 30000 */
  readonly timeoutMs?: number;
  /** Returns the result of a reply, or throws. @default every reply is sent */
  readonly onReply?: (content: ReplyContent) => ReplyResult | Promise<ReplyResult>;
  /** Events that were handled before. Calls that share the set recognize duplicates. @default none */
  readonly handled?: Set<string>;
}

/** Calls a handler with one event, as its queue does. */
export const invoke = async (
  handler: LambdaHandler,
  event: GatewayEvent,
  { timeoutMs = 30_000, onReply, handled = new Set() }: InvokeOptions = {},
): Promise<Invocation> => {
  const replies: ReplyContent[] = [];
  const logs: LoggedLine[] = [];
  let outcome: Invocation['outcome'] = 'failed';
  let error: unknown;
  const keyOf = ({ key }: Claim) => key;
  const ports: HandlerPorts = {
    handlerName: 'Test',
    idempotency: {
      begin: (claim) => Promise.resolve(handled.has(keyOf(claim)) ? 'done' : 'begun'),
      finish: (claim) => Promise.resolve(void handled.add(keyOf(claim))),
      release: () => Promise.resolve(),
    },
    deadLetter: () => Promise.resolve(),
    changeVisibility: () => Promise.resolve(),
    retryDelays: [],
    maxReceives: 5,
    sendReply: async (_message, content) => {
      const result = (await onReply?.(content)) ?? { kind: 'sent', messageSid: newSid('SM') };
      if (result.kind === 'sent') replies.push(content);
      return result;
    },
    log: (message, fields) => void logs.push({ message, fields }),
    // The library's own line has the outcome as its reason.
    logOutcome: (_level, { reason }) => {
      if (isOutcome(reason)) outcome = reason;
    },
    metrics: { count: () => undefined, flush: () => undefined },
    onError: (thrown) => {
      error = thrown;
    },
  };
  const endsAtMs = Date.now() + timeoutMs;
  await handler.withPorts(ports)(
    { Records: [queueRecord(event)] },
    { getRemainingTimeInMillis: () => endsAtMs - Date.now() },
  );
  return { outcome, replies, logs, error };
};

/**
 * Calls a function made by `replyWith` with a message. Rejects if the sender would get the static reply.
 * @param timeoutMs how long ingress would wait
 */
export const askForReply = (
  handler: ReplyHandler,
  data: Partial<MessageReceived> = {},
  timeoutMs = 2_000,
): Promise<ReplyAnswer | undefined> => {
  const endsAtMs = Date.now() + timeoutMs;
  return handler(messageReceived(data).data, { getRemainingTimeInMillis: () => endsAtMs - Date.now() });
};

const isOutcome = (reason: string): reason is Invocation['outcome'] =>
  ['handled', 'duplicate', 'failed', 'dead_letter'].includes(reason);

const queueRecord = (event: GatewayEvent): QueueRecord => ({
  messageId: randomBytes(16).toString('hex'),
  receiptHandle: 'receipt',
  body: JSON.stringify(event),
  attributes: { ApproximateReceiveCount: '1' },
  messageAttributes: {},
});
