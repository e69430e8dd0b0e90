/**
 * What the gateway publishes about what it stored: CloudEvents 1.0. This file is a public contract: within a version of
 * a schema (`…/1`) fields are only added.
 * The types do not begin with `com.twilio`: real Event Streams events have those names and another schema.
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

/** An incoming message, once, whatever number of times Twilio delivered it. */
export interface MessageReceived {
  readonly messageSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  /** Absent where the message has no text, such as a location. */
  readonly body?: string;
  readonly media: readonly { readonly url: string; readonly contentType: string }[];
  readonly messagingServiceSid?: string;
  /** `STOP`, `START` or `HELP`, where Twilio recognized one and has answered it. */
  readonly optOutType?: string;
  /** The same for both directions between two addresses of an account. Holds no number. */
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

/** A status callback as Twilio sent it, in the order of arrival. One of each status and error code of a message. */
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
  /** What `npx gateway events show` takes. */
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
  /** Of a form. */
  readonly params?: WebhookParams;
  /** Of any other content: the text as Twilio sent it, usually JSON. */
  readonly payload?: string;
  /** The same in base64, where it is not UTF-8. */
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
  /** Unique within `source`. The same for every publication of the same fact. */
  readonly id: string;
  /** `/accounts/AC…` */
  readonly source: string;
  /** The SID it is about: a message, a call, a usage trigger. */
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
