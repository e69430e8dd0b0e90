import { isObject, parseJson, type JsonObject } from '../json-fields';
import type { ReceivedMessage } from '../clients/ports';
import { isFallbackQueue, isHandlerQueue } from '../target/dead-letter-queues';
import { letterFacts, openDeadLetter, processingFailed, type OpenedDeadLetter } from './dead-letters';

/** A webhook of the consumer or the breaker, an event of a handler, or a request of the fallback lane. */
export const openLetter = (queue: string, message: ReceivedMessage): OpenedDeadLetter => {
  if (isFallbackQueue(queue)) return openRequest(message);
  return isHandlerQueue(queue) ? openEventLetter(message) : openDeadLetter(message);
};

/** A request of the fallback lane, which nobody has verified: nothing in it is shown as a fact. */
const openRequest = (message: ReceivedMessage): OpenedDeadLetter => ({
  summary: { ...letterFacts(message), reason: processingFailed, kind: null, eventId: null },
  envelope: undefined,
  message: message.body,
});

const text = (event: JsonObject, name: string): string | null => {
  const value = event[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** The event, also inside the JSON that SNS puts around it for a subscription without raw delivery. */
const eventOf = (body: string): JsonObject | undefined => {
  const outer = parseJson(body);
  const message = isObject(outer) && outer['Type'] === 'Notification' ? outer['Message'] : undefined;
  const parsed = typeof message === 'string' ? parseJson(message) : outer;
  return isObject(parsed) && text(parsed, 'id') !== null && text(parsed, 'type') !== null ? parsed : undefined;
};

const openEventLetter = (message: ReceivedMessage): OpenedDeadLetter => {
  const event = eventOf(message.body);
  const facts = { ...letterFacts(message), kind: null, eventId: null };
  const opened = { envelope: undefined, message: message.body };
  if (event === undefined) {
    return { ...opened, summary: { ...facts, reason: 'not_an_event: the message is not a CloudEvent in JSON' } };
  }
  return {
    ...opened,
    summary: { ...facts, reason: processingFailed, kind: text(event, 'type'), eventId: text(event, 'id') },
    event: {
      accountSid: /^\/accounts\/(AC[0-9a-fA-F]{32})$/.exec(text(event, 'source') ?? '')?.[1] ?? null,
      receivedAt: text(event, 'time'),
    },
  };
};
