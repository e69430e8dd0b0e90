/**
 * Imported by handlers of events.
 * @module twilio-webhook-gateway/handlers
 */
import { eventTypes, type EventType } from '../shared/events/gateway-event';
import { createHandlerPorts } from './aws/handler-ports';
import type { HandleTools, Subscription } from './handle-record';
import { handleRecords } from './handle-records';
import { PermanentError } from './permanent-error';
import type { HandlerPorts, LogFields, ReplyContent, ReplyResult } from './ports';
import type { InvocationContext, QueueEvent, QueueResponse } from './queue-event';
import type { DataRule, EventFor } from './read-event';
import { replyTo } from './reply/reply-to';

export { eventTypes, PermanentError };
export type { EventType, LogFields, ReplyContent, ReplyResult };
export type { ReplyOptedOut, ReplySent } from './ports';
export type {
  EventData,
  EventReceived,
  GatewayEvent,
  ItemKeys,
  MessageMedia,
  MessageReceived,
  MessageStatusChanged,
  StatusCallbackReceived,
  UsageTriggerFired,
  WebhookParams,
  WebhookVia,
} from '../shared/events/gateway-event';
export type {
  FailedQueueRecord,
  InvocationContext,
  QueueAttribute,
  QueueEvent,
  QueueRecord,
  QueueRecordAttributes,
  QueueResponse,
} from './queue-event';
export type { DataRule, EventFor, EventWithData, EventWithoutData, WithData } from './read-event';

/** The second argument of a handler. */
export interface HandlerContext {
  /**
   * Aborts 1.5 s before Lambda would end the invocation. The event has then failed, even if the handler keeps running.
   * Pass the signal to everything that waits.
   */
  readonly signal: AbortSignal;
  /** Writes one JSON line with the ids of the event and of the request. Do not log texts or numbers. */
  readonly log: (message: string, fields?: LogFields) => void;
}

/** The second argument of a handler of messages. */
export interface MessageHandlerContext extends HandlerContext {
  /**
   * Sends a message to the sender, from the address that the message came to, by the same Messaging Service if there is
   * one. The subscription needs `reply: true`. Nothing is sent to somebody who opted out: the result is then
   * `opted_out`.
   *
   * After a time-out Twilio may have sent the message although `reply` rejects. The event is retried then, and the
   * person gets the message twice: Twilio has no idempotency key for messages.
   * @throws PermanentError if Twilio refuses the message; another error where a retry may help
   */
  readonly reply: (content: string | ReplyContent) => Promise<ReplyResult>;
}

/** How a handler wants its events. */
export interface HandlerOptions<Rule extends DataRule> {
  /**
   * An event has no `data` if the stage has `payload: 'reference'`, or if the event was too large for a message. Such
   * an event becomes a dead letter. With `optional` the handler gets it, and can read the item in the gateway's table
   * with the keys in `event.item`.
   * @default 'required'
   */
  readonly data?: Rule;
}

/** The Lambda function of a subscription. */
export interface LambdaHandler {
  (event: QueueEvent, context: InvocationContext): Promise<QueueResponse>;
  /**
   * The same handler without AWS, for tests: `invoke` in `testing.ts` uses it.
   * @internal
   */
  readonly withPorts: (ports: HandlerPorts) => LambdaHandler;
}

/**
 * Handles incoming messages. Those of one conversation come one at a time, in the order in which they were published
 * (docs/your-code.md explains when that is not the order in which they were sent).
 *
 *     export const handler = onMessage(async (event, { reply }) => {
 *       await reply(`You wrote: ${event.data.body ?? ''}`);
 *     });
 *
 * A handler that has completed does not run again for the same event for 30 days. It runs again after an error or a
 * time-out, and if the function ended after an effect but before the event was recorded: this is at-least-once
 * delivery. `event.id` always stays the same. Use it as an idempotency key where you can.
 */
export const onMessage = <Rule extends DataRule = 'required'>(
  handle: (
    event: EventFor<'twilio.webhook.message.received', Rule>,
    context: MessageHandlerContext,
  ) => Promise<unknown>,
  options: HandlerOptions<Rule> = {},
): LambdaHandler =>
  createHandler<'twilio.webhook.message.received', Rule>(
    ['twilio.webhook.message.received'],
    (event, { signal, log, sendReply }) =>
      handle(event, { signal, log, reply: (content) => replyTo(event.data, content, { signal, log, sendReply }) }),
    options,
  );

/** Handles status changes of messages. They only go forward: a `sent` after `delivered` is not published. */
export const onStatusChange = <Rule extends DataRule = 'required'>(
  handle: (event: EventFor<'twilio.webhook.message.status-changed', Rule>, context: HandlerContext) => Promise<unknown>,
  options: HandlerOptions<Rule> = {},
): LambdaHandler => onEvent(['twilio.webhook.message.status-changed'], handle, options);

/** Handles events of the given types. An event of another type becomes a dead letter. */
export const onEvent = <Type extends EventType, Rule extends DataRule = 'required'>(
  types: readonly Type[],
  handle: (event: EventFor<Type, Rule>, context: HandlerContext) => Promise<unknown>,
  options: HandlerOptions<Rule> = {},
): LambdaHandler =>
  createHandler<Type, Rule>(types, (event, { signal, log }) => handle(event, { signal, log }), options);

const createHandler = <Type extends EventType, Rule extends DataRule>(
  types: readonly Type[],
  handle: (event: EventFor<Type, Rule>, tools: HandleTools) => Promise<unknown>,
  { data = 'required' }: HandlerOptions<DataRule>,
): LambdaHandler => {
  const subscription: Subscription<Type, Rule> = { types, data, handle };
  // In Lambda the ports are created at cold start, so that a wrong environment fails the first event after a
  // deployment. Elsewhere a file with a handler can be imported without an environment.
  const lambdaPorts = process.env['HANDLER_NAME'] === undefined ? undefined : createHandlerPorts(process.env);
  return lambdaHandler(subscription, () => lambdaPorts ?? createHandlerPorts(process.env));
};

const lambdaHandler = <Type extends EventType, Rule extends DataRule>(
  subscription: Subscription<Type, Rule>,
  getPorts: () => HandlerPorts,
): LambdaHandler =>
  Object.assign(
    async (event: QueueEvent, context: InvocationContext): Promise<QueueResponse> => {
      const ports = getPorts();
      try {
        return await handleRecords(subscription, ports, event, context);
      } finally {
        ports.metrics.flush();
      }
    },
    { withPorts: (other: HandlerPorts) => lambdaHandler(subscription, () => other) },
  );
