/** What was counted of a period, from several independent places. */
export interface Figures {
  /** By the HTTP API; undefined if its id is not known. Without canaries. */
  readonly api: ApiFigures | undefined;
  /** By ingress and, where the stage has it, by the fallback lane. */
  readonly accepted: number;
  /** By ingress: the metrics of its rejections. */
  readonly refused: Readonly<Record<string, number>>;
  readonly consumer: {
    readonly stored: number;
    readonly duplicates: number;
    /** Duplicates, or unrecognized webhooks that were counted as stored, because SQS delivered them again. */
    readonly redelivered: number;
    /** Another reading of a known signed text: not stored. */
    readonly otherReadings: number;
    readonly unrecognized: number;
    readonly backfilled: number;
  };
  /** Webhooks in the table. */
  readonly table: { readonly stored: number; readonly backfilled: number };
  /** In the event queue: waiting or in flight. */
  readonly pending: number;
  /** In the event queue's dead-letter queue, and received in the period. */
  readonly deadWebhooks: number;
  /** Requests of the fallback lane, which nobody has accepted or refused yet. */
  readonly lane: {
    /** In its queue: waiting or in flight. */
    readonly pending: number;
    /** In its dead-letter queue, and received in the period. */
    readonly dead: number;
    /** Accepted or refused. One request may be counted twice, because SQS delivers it again. */
    readonly counted: number;
  };
  /** Dead letters of all queues that were received before the period. */
  readonly olderDeadLetters: number;
  /** Dead letters of webhooks that went back to the event queue in the period. They may have been received before. */
  readonly redriven: number;
  readonly published: number;
  /** Whether the stage publishes events. */
  readonly publishes: boolean;
  readonly handlers: readonly HandlerFigures[];
  /** In Twilio's list and not in the table; null if it was not asked. */
  readonly missing: number | null;
  /** Webhooks at the edges of the period: one counter may have them in the period and the next one outside. */
  readonly atEdges: number;
}

export interface ApiFigures {
  readonly received: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
}

export interface HandlerFigures {
  readonly name: string;
  /** Sent to its queue, by SQS's count. */
  readonly sent: number;
  readonly handled: number;
  /** Events that were handled before. */
  readonly duplicates: number;
  /** Whether its function has counted anything. One that does not use `gateway/handlers` counts nothing. */
  readonly counts: boolean;
  /** Of the period. */
  readonly deadLetters: number;
  readonly pending: number;
  /** Dead letters that went back to its queue in the period, and older ones whose event was sent again in it. */
  readonly redriven: number;
  /** Events at the edges of the period. */
  readonly atEdges: number;
}
