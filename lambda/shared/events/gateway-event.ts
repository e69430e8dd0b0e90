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
/** The type of an event. */
export type EventType = (typeof eventTypes)[number];

/**
 * How a webhook came, if not to its own URL: through the fallback lane, or made from Twilio's list because the webhook
 * never came.
 */
export type WebhookVia = 'fallback' | 'backfill';

/** Parameters of a form as Twilio sent them. A name that was sent more than once has all its values. */
export type WebhookParams = Readonly<Record<string, string | readonly string[]>>;

/** A picture or another file of a message. */
export interface MessageMedia {
  /** The URL of the file at Twilio. */
  readonly url: string;
  /** For example `image/jpeg`. */
  readonly contentType: string;
}

/** An incoming message. Published once, even if Twilio delivers it several times. */
export interface MessageReceived {
  /** `SM…` or `MM…` */
  readonly messageSid: string;
  /** The account that signed the webhook. */
  readonly accountSid: string;
  /** The sender: a number in E.164, or an address such as `whatsapp:…`. */
  readonly from: string;
  /** The recipient, in the same form. */
  readonly to: string;
  /** Absent where the message has no text, such as a location. */
  readonly body?: string;
  /** Pictures and other media. Twilio asks for the account's credentials at these URLs. */
  readonly media: readonly MessageMedia[];
  /** `MG…`, if the address belongs to a Messaging Service. */
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
  /** Absent for a webhook that came to its own URL. */
  readonly via?: WebhookVia;
}

/** A message moved forward. Statuses that arrive late, and so change nothing, are not published. */
export interface MessageStatusChanged {
  /** `SM…` or `MM…` */
  readonly messageSid: string;
  /** The account that signed the webhook. */
  readonly accountSid: string;
  /** The sender: a number in E.164, or an address such as `whatsapp:…`. */
  readonly from: string;
  /** The recipient, in the same form. */
  readonly to: string;
  /** As Twilio names it, such as `delivered`. */
  readonly status: string;
  /** Absent where this is the first status of the message. */
  readonly previousStatus?: string;
  /** Twilio's, of a message that failed: https://www.twilio.com/docs/api/errors */
  readonly errorCode?: string;
  /** Position of the status in the order of all statuses: it only rises. */
  readonly order: number;
  /** Whether Twilio sends no further status after this one, except `read` after `delivered`. */
  readonly terminal: boolean;
  /** The same for both directions between two addresses of an account. Contains no phone number. */
  readonly conversationId: string;
}

/** A status callback as Twilio sent it. Published once for each status and error code of a message, on arrival. */
export interface StatusCallbackReceived {
  /** `SM…` or `MM…` */
  readonly messageSid: string;
  /** The account that signed the webhook. */
  readonly accountSid: string;
  /** The sender: a number in E.164, or an address such as `whatsapp:…`. */
  readonly from: string;
  /** The recipient, in the same form. */
  readonly to: string;
  /** As Twilio names it, such as `delivered`. */
  readonly status: string;
  /** Twilio's, of a message that failed: https://www.twilio.com/docs/api/errors */
  readonly errorCode?: string;
  /** The same for both directions between two addresses of an account. Contains no phone number. */
  readonly conversationId: string;
  /** The query of the webhook's URL, without `?`. */
  readonly query: string;
  /** All parameters. */
  readonly params: WebhookParams;
  /** Absent for a webhook that came to its own URL. */
  readonly via?: WebhookVia;
}

/** A usage trigger fired. Published once for each firing. */
export interface UsageTriggerFired {
  /** The account that signed the webhook. */
  readonly accountSid: string;
  /** `UT…` */
  readonly usageTriggerSid?: string;
  /** For example `totalprice`. */
  readonly usageCategory?: string;
  /** The usage when the trigger fired. */
  readonly currentValue?: string;
  /** The usage at which the trigger fires. */
  readonly triggerValue?: string;
  /** The query of the webhook's URL, without `?`. */
  readonly query: string;
  /** All parameters. */
  readonly params: WebhookParams;
  /** Absent for a webhook that came to its own URL. */
  readonly via?: WebhookVia;
}

/** Anything else that Twilio signed: Event Streams, voice status callbacks, debugger events. */
export interface EventReceived {
  /** The account that signed the webhook. */
  readonly accountSid: string;
  /** The id for `npx twilio-webhook-gateway events show`. */
  readonly eventId: string;
  /** The name of the route, such as `events`. */
  readonly route: string;
  /** Whether the gateway could read it as its route expects. */
  readonly recognized: boolean;
  /** Why it is not recognized. */
  readonly reason?: string;
  /** The type of a CloudEvent as Twilio sent it, or else a name such as `call.completed`. */
  readonly eventType?: string;
  /** The source of a CloudEvent, as Twilio sent it. */
  readonly eventSource?: string;
  /** The query of the webhook's URL, without `?`. */
  readonly query: string;
  /** The parameters, if the content is a form. */
  readonly params?: WebhookParams;
  /** The text as Twilio sent it, usually JSON, if the content is not a form. */
  readonly payload?: string;
  /** The content in base64, if it is not UTF-8. */
  readonly payloadBase64?: string;
  /** Absent for a webhook that came to its own URL. */
  readonly via?: WebhookVia;
}

/** The `data` of each type of event. */
export interface EventData {
  /** An incoming message. */
  'twilio.webhook.message.received': MessageReceived;
  /** A message moved forward. */
  'twilio.webhook.message.status-changed': MessageStatusChanged;
  /** A status callback, also one that changed nothing. */
  'twilio.webhook.status-callback.received': StatusCallbackReceived;
  /** A usage trigger fired. */
  'twilio.webhook.usage-trigger.fired': UsageTriggerFired;
  /** Anything else. */
  'twilio.webhook.event.received': EventReceived;
}

/** The keys of an item in the gateway's table. */
export interface ItemKeys {
  /** The partition key. */
  readonly pk: string;
  /** The sort key. */
  readonly sk: string;
}

/** The CloudEvent that the topic publishes and handlers get. */
export interface GatewayEvent<Type extends EventType = EventType> {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The type of the event. */
  readonly type: Type;
  /** Unique within `source`. The same each time that the event is published. */
  readonly id: string;
  /** `/accounts/AC…` */
  readonly source: string;
  /** The SID that the event is about: of a message, a call, a conversation, a task, a usage trigger. */
  readonly subject?: string;
  /** When the gateway received it. ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** The format of `data`. */
  readonly datacontenttype: 'application/json';
  /** The name and version of the schema of `data`. */
  readonly dataschema: string;
  /** Keys of the item in the gateway's table. */
  readonly item: ItemKeys;
  /** Absent where the stage publishes references only, or where the event would be too large for a message. */
  readonly data?: EventData[Type];
  /** The event would be too large for a message, so it has no `data`. */
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
