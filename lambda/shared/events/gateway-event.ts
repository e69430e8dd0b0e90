/**
 * The events that the gateway publishes about the items that it has stored: CloudEvents 1.0. This file is a public
 * contract: within a version of a schema (`…:1`) fields are only added. The types do not begin with `com.twilio`: real
 * Event Streams events have those names and another schema.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const eventTypes = [
  'twilio.webhook.message.received',
  'twilio.webhook.message.status-changed',
  'twilio.webhook.status-callback.received',
  'twilio.webhook.usage-trigger.fired',
  'twilio.webhook.event.received',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Parameters of a form as Twilio sent them. A name that was sent more than once has all its values. */
export type WebhookParams = Readonly<Record<string, string | readonly string[]>>;

/** An incoming message. Published once, even if Twilio delivers it several times. */
export interface MessageReceived {
  readonly messageSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  /** Absent where the message has no text, such as a location. */
  readonly body?: string;
  readonly media: readonly { readonly url: string; readonly contentType: string }[];
  readonly messagingServiceSid?: string;
  /** `STOP`, `START` or `HELP`, if Twilio recognized such a keyword and has answered it. */
  readonly optOutType?: string;
  /** The same for both directions between two addresses of an account. Contains no phone number. */
  readonly conversationId: string;
  /** Whether it came to the fallback URL. */
  readonly fallback: boolean;
  /** The query of the webhook's URL, without `?`. */
  readonly query: string;
  /** The parameters that have no field here. */
  readonly params: WebhookParams;
}

/** A message moved forward. Statuses that arrive late, and so change nothing, are not published. */
export interface MessageStatusChanged {
  readonly messageSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly previousStatus?: string;
  readonly errorCode?: string;
  /** Position of the status in the order of all statuses: it only rises. */
  readonly order: number;
  /** Whether Twilio sends no further status after this one, except `read` after `delivered`. */
  readonly terminal: boolean;
  readonly conversationId: string;
}

/** A status callback as Twilio sent it. Published once for each status and error code of a message, on arrival. */
export interface StatusCallbackReceived {
  readonly messageSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly errorCode?: string;
  readonly conversationId: string;
  readonly query: string;
  readonly params: WebhookParams;
}

export interface UsageTriggerFired {
  readonly accountSid: string;
  readonly usageTriggerSid?: string;
  readonly usageCategory?: string;
  readonly currentValue?: string;
  readonly triggerValue?: string;
  readonly query: string;
  readonly params: WebhookParams;
}

/** Anything else that Twilio signed: Event Streams, voice status callbacks, debugger events. */
export interface EventReceived {
  readonly accountSid: string;
  /** The id for `npx gateway events show`. */
  readonly eventId: string;
  readonly route: string;
  /** Whether the gateway could read it as its route expects. */
  readonly recognized: boolean;
  /** Why it is not recognized. */
  readonly reason?: string;
  /** Type and source of a CloudEvent, as Twilio sent them. */
  readonly eventType?: string;
  readonly eventSource?: string;
  readonly query: string;
  /** The parameters, if the content is a form. */
  readonly params?: WebhookParams;
  /** The text as Twilio sent it, usually JSON, if the content is not a form. */
  readonly payload?: string;
  /** The content in base64, if it is not UTF-8. */
  readonly payloadBase64?: string;
}

export interface EventData {
  'twilio.webhook.message.received': MessageReceived;
  'twilio.webhook.message.status-changed': MessageStatusChanged;
  'twilio.webhook.status-callback.received': StatusCallbackReceived;
  'twilio.webhook.usage-trigger.fired': UsageTriggerFired;
  'twilio.webhook.event.received': EventReceived;
}

export interface GatewayEvent<Type extends EventType = EventType> {
  readonly specversion: '1.0';
  readonly type: Type;
  /** Unique within `source`. The same each time that the event is published. */
  readonly id: string;
  /** `/accounts/AC…` */
  readonly source: string;
  /** The SID that the event is about: of a message, a call, a usage trigger. */
  readonly subject?: string;
  /** When the gateway received it. ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  /** Keys of the item in the gateway's table. */
  readonly item: { readonly pk: string; readonly sk: string };
  /** Absent where the stage publishes references only, or where the event would be too large for a message. */
  readonly data?: EventData[Type];
  readonly truncated?: true;
}

export type MessageReceivedEvent = GatewayEvent<'twilio.webhook.message.received'>;
export type MessageStatusChangedEvent = GatewayEvent<'twilio.webhook.message.status-changed'>;
export type StatusCallbackReceivedEvent = GatewayEvent<'twilio.webhook.status-callback.received'>;
export type UsageTriggerFiredEvent = GatewayEvent<'twilio.webhook.usage-trigger.fired'>;
export type EventReceivedEvent = GatewayEvent<'twilio.webhook.event.received'>;

/** @param type `message.received` has the schema `urn:twilio-webhook-gateway:message.received:1` */
export const schemaOf = (type: EventType): string =>
  `urn:twilio-webhook-gateway:${type.slice('twilio.webhook.'.length)}:1`;
