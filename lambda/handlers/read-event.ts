import { createHash } from 'node:crypto';
import { eventTypes, type EventData, type EventType, type GatewayEvent } from '../shared/events/gateway-event';
import { replayAttribute } from '../shared/events/replay';
import { requestIdAttribute } from '../shared/events/request-id';
import type { QueueRecord } from './queue-event';

/** The data that an event of a type has. */
export interface WithData<Type extends EventType> {
  /** The data, by the type of the event. */
  readonly data: EventData[Type];
}

/** An event with its data, one type for each event type. */
export type EventWithData<Type extends EventType = EventType> = Type extends EventType
  ? GatewayEvent<Type> & WithData<Type>
  : never;
/** An event that may have no data, one type for each event type. */
export type EventWithoutData<Type extends EventType> = Type extends EventType ? GatewayEvent<Type> : never;

/** Whether a handler needs the data of its events. */
export type DataRule = 'required' | 'optional';
/** The event that a handler gets under a rule. */
export type EventFor<Type extends EventType, Rule extends DataRule> = Rule extends 'optional'
  ? EventWithoutData<Type>
  : EventWithData<Type>;

/** Why a message can never be handled. Logged. */
type Rejection = 'not an event of the gateway' | 'an event of another type' | 'an event without data';

/** Reads the event in a message body: the body itself, or SNS's JSON around it without raw message delivery. */
export const readEvent = (body: string): GatewayEvent | undefined => {
  const content = parse(body);
  if (content?.['Type'] === 'Notification' && typeof content['Message'] === 'string') {
    return asEvent(parse(content['Message']));
  }
  return asEvent(content);
};

/** The id of the replay that sent the message; undefined for any other message. */
export const replayIdOf = (record: AttributedRecord): string | undefined => attributeOf(record, replayAttribute);

/** The id of the request that brought the webhook, if the publisher knew it. */
export const requestIdOf = (record: AttributedRecord): string | undefined => attributeOf(record, requestIdAttribute);

type AttributedRecord = Pick<QueueRecord, 'body' | 'messageAttributes'>;

const attributeOf = ({ body, messageAttributes }: AttributedRecord, name: string): string | undefined => {
  const raw = messageAttributes[name]?.stringValue;
  if (raw !== undefined || !body.includes('"MessageAttributes"')) return raw;
  const content = parse(body);
  const attributes = content?.['Type'] === 'Notification' ? content['MessageAttributes'] : undefined;
  const attribute = isFields(attributes) ? attributes[name] : undefined;
  const value = isFields(attribute) ? attribute['Value'] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const asEvent = (content: Fields | undefined): GatewayEvent | undefined => {
  if (content === undefined || content['specversion'] !== '1.0') return undefined;
  const hasNames = ['id', 'source', 'type'].every((name) => typeof content[name] === 'string' && content[name] !== '');
  const hasUsableData = content['data'] === undefined || isFields(content['data']);
  // The publisher writes the other fields.
  return hasNames && hasUsableData ? (content as unknown as GatewayEvent) : undefined;
};

/** @returns the event if the handler accepts it, else the reason why not */
export const eventFor = <Type extends EventType, Rule extends DataRule>(
  event: GatewayEvent | undefined,
  types: readonly Type[],
  rule: DataRule,
): EventFor<Type, Rule> | Rejection => {
  if (event === undefined || !eventTypes.includes(event.type)) return 'not an event of the gateway';
  if (!types.some((type) => type === event.type)) return 'an event of another type';
  if (event.data === undefined && rule === 'required') return 'an event without data';
  // The two lines above have checked the type and the data, which TypeScript cannot see.
  return event as unknown as EventFor<Type, Rule>;
};

const maxKeyBytes = 1024;

/**
 * Unique for handler and event, and for each replay of an event: a replay is handled once, whatever was handled before.
 * DynamoDB's keys have at most 2048 bytes.
 */
export const idempotencyKey = (
  handlerName: string,
  { source, id }: Pick<GatewayEvent, 'source' | 'id'>,
  replayId?: string,
): string => {
  const name = `${source}#${id}${replayId === undefined ? '' : `#replay#${replayId}`}`;
  const key = `${handlerName}#${name}`;
  return Buffer.byteLength(key) <= maxKeyBytes
    ? key
    : `${handlerName}#sha256#${createHash('sha256').update(name).digest('hex')}`;
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
