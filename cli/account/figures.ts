/** What was counted of a period, from several independent places. */
export interface Figures {
  /** By the HTTP API; undefined if its id is not known. */
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
  /** In the event queue's dead-letter queue. */
  readonly deadWebhooks: number;
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
  readonly handled: number;
  readonly deadLetters: number;
  readonly pending: number;
}
