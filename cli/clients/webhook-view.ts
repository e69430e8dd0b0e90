export const webhookKinds = ['message', 'status', 'usage', 'event', 'unrecognized'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

export const isWebhookKind = (text: string): text is WebhookKind => webhookKinds.some((kind) => kind === text);

/** One stored webhook, as `tail --json` prints it and the inbox shows it. A field that is not stored is null. */
export interface WebhookView {
  /** A MessageSid; for a status the MessageSid, `#` and the status; for another event its event id. */
  readonly id: string;
  readonly kind: WebhookKind;
  /** Such as `message.received`, `message.delivered`, `call.completed`; the type of a CloudEvent. */
  readonly type: string | null;
  readonly accountSid: string | null;
  /** A SID: what the webhook is about. */
  readonly subject: string | null;
  /** ISO 8601. */
  readonly receivedAt: string | null;
  /** Whether the webhook had the form that its route expects. */
  readonly recognized: boolean;
  /** `inbound` or `outbound`. */
  readonly direction: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** The text of a message, or of the button that was tapped. */
  readonly body: string | null;
  readonly numMedia: number;
  /** The status of a message, or the one that a status callback has brought. */
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly messageType: string | null;
  readonly optOutType: string | null;
  /** Why it was not recognized. */
  readonly reason: string | null;
  /** `fallback` or `backfill`; null if the webhook came to its own URL. */
  readonly via: string | null;
}

/** Which webhooks are wanted: all that fit every field that is given. */
export interface WebhookFilter {
  readonly kinds?: readonly WebhookKind[];
  readonly direction?: 'inbound' | 'outbound';
  /** An address without a channel, such as +15550100001, also finds whatsapp:+15550100001. */
  readonly from?: string;
  readonly to?: string;
  /** Sender or recipient. */
  readonly with?: string;
  readonly status?: string;
  /** The beginning of the type. */
  readonly type?: string;
  readonly subject?: string;
  /** Text that a row has in any field, without regard to capitals. */
  readonly search?: string;
}
