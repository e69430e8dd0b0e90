/**
 * The API between the page and its server: JSON over HTTP on the loopback interface. Every path begins with `/api/`. A
 * request carries the session in the header `sessionHeader`; a change is a POST with a JSON body. An answer that is not
 * 2xx is an `ApiError`. Types only, and constants: both sides import this file.
 */

import type { WebhookView } from '../cli/clients/webhook-view';

/** The header with the session that `POST /api/session` gave. */
export const sessionHeader = 'x-console-session';

/** `POST /api/session`, with the token of the URL's fragment. Each page that is opened exchanges it once. */
export interface SessionRequest {
  readonly token: string;
}
export interface Session {
  readonly session: string;
}

export interface ApiError {
  readonly error: {
    /** A word that programs compare, such as `not_found`. */
    readonly reason: string;
    /** A sentence for the person. */
    readonly message: string;
  };
}

/** `GET /api/gateway`: the gateway that the page shows. */
export interface GatewayInfo {
  /** Such as `local gateway` or `stage prod`. */
  readonly name: string;
  readonly isLocal: boolean;
  readonly isProduction: boolean;
  /** Whether the page may change anything: always locally, else by `--allow-changes`. */
  readonly allowsChanges: boolean;
  /** What a person types to confirm a change of a production stage; absent where nothing is typed. */
  readonly confirmation?: string;
  readonly accounts: readonly string[];
  readonly version: string;
  /** Handlers by name, for filters and replays. */
  readonly handlers: readonly string[];
  /** Whether the request of a refused webhook can be shown (the local gateway only). */
  readonly keepsRefused: boolean;
  /** Whether a stand-in for Twilio takes the replies. */
  readonly hasStandIn: boolean;
}

/** Filters of `GET /api/webhooks` and of `GET /api/live` are query parameters with the names of `WebhookFilter`. */

/** `GET /api/webhooks?since&until&limit&before&…`: newest first. */
export interface WebhookPage {
  readonly rows: readonly WebhookView[];
  /** The value of `before` for the next page; null at the end of the period. */
  readonly next: string | null;
}

/** One line (NDJSON) of `GET /api/live`. */
export type LiveEvent =
  /** The first line, and one every ten seconds. */
  | { readonly type: 'alive'; readonly at: string }
  /** Newly stored, oldest first. */
  | { readonly type: 'webhooks'; readonly rows: readonly WebhookView[] }
  /** Local only: a request was refused. */
  | { readonly type: 'refused'; readonly request: RefusedSummary }
  /** Local only: a handler has ended. */
  | { readonly type: 'run'; readonly run: HandlerRun }
  /** The gateway could not be read; the stream goes on. */
  | { readonly type: 'problem'; readonly message: string };

export type Params = Readonly<Record<string, unknown>>;

export interface MediaView {
  readonly url: string | null;
  readonly contentType: string | null;
  /** Whether the URL is one of Twilio's. The gateway fetches only those, with the account's credentials. */
  readonly isTwilio: boolean;
}

/** `GET /api/messages/:sid?account=`: a message with its history. */
export interface MessagePage {
  readonly message: WebhookView & {
    readonly updatedAt: string | null;
    readonly media: readonly MediaView[];
    readonly params: Params | null;
    readonly query: string | null;
  };
  /** The status callbacks, oldest first. */
  readonly history: readonly {
    readonly status: string | null;
    readonly errorCode: string | null;
    readonly receivedAt: string | null;
    readonly params: Params | null;
    readonly query: string | null;
  }[];
  /** Its conversation; null without two addresses. */
  readonly conversation: ConversationKey | null;
  /** A curl command that sends the webhook again, signed by `$SIGNATURE`; never with a token. */
  readonly curl: string;
}

/** `GET /api/events/:id?account=`: any other webhook. */
export interface EventPage {
  readonly event: WebhookView & {
    readonly source: string | null;
    readonly route: string | null;
    readonly query: string | null;
    readonly params: Params | null;
    /** Character for character as received. */
    readonly payload: string | null;
    readonly payloadBase64: string | null;
  };
  /** Other events with this id, and other webhooks with the same subject, newest first. */
  readonly related: readonly WebhookView[];
  readonly curl: string;
}

/**
 * `GET /api/media?account=&message=&index=`: the bytes, fetched by the gateway. The page sends it only after a click.
 */

/** The two sides of a conversation, and the account. */
export interface ConversationKey {
  readonly accountSid: string;
  /** The address of the gateway's owner. */
  readonly own: string;
  /** The address of the other side. */
  readonly person: string;
}

/** `GET /api/conversations?since&until&search&limit`: the latest first. */
export interface ConversationSummary extends ConversationKey {
  readonly lastAt: string;
  readonly lastText: string | null;
  readonly lastDirection: 'inbound' | 'outbound';
  /** Messages in the period. */
  readonly messages: number;
  /** Latest known answer to an opt-out keyword: `STOP`, `START`; null if none is known. */
  readonly optOut: string | null;
}
export interface ConversationList {
  readonly conversations: readonly ConversationSummary[];
}

/** `GET /api/conversation?account=&own=&person=&limit=&before=`: oldest first. */
export interface ConversationPage {
  readonly messages: readonly WebhookView[];
  /** Replies that the stand-in for Twilio took, local only: they are in no table before their first status. */
  readonly replies: readonly {
    readonly sid: string;
    readonly at: string;
    readonly body: string;
    readonly status: string;
  }[];
  /** The value of `before` for older messages; null at the beginning. */
  readonly before: string | null;
}

/** A request that was refused (local only). */
export interface RefusedSummary {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The reason in the log of ingress, such as `signature_mismatch`; null if the HTTP API refused it. */
  readonly reason: string | null;
}
/** `GET /api/refused`: the newest first; `reasons` counts them (from CloudWatch, for a stage). */
export interface RefusedList {
  readonly requests: readonly RefusedSummary[];
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** The period of `reasons`, such as `since the start`. */
  readonly period: string;
}
/** `GET /api/refused/:id`: the request without its secrets, and the verdict of `explain`. */
export interface RefusedRequest extends RefusedSummary {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly verdict: Explanation;
}
/** `POST /api/explain {request}`: a captured request as text, explained against the gateway's accounts. */
export interface ExplainRequest {
  readonly request: string;
}
export interface Explanation {
  readonly accepted: boolean;
  /** In a sentence. */
  readonly summary: string;
  readonly findings: readonly { readonly title: string; readonly text: string; readonly advice: string | null }[];
}

/** `GET /api/queues`. */
export interface QueueList {
  readonly queues: readonly QueueView[];
}
export interface QueueView {
  /** `events`, `breaker`, `fallback`, or the name of a handler. */
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}
/** `GET /api/queues/:name/dead-letters`: takes up to ten seconds, because SQS is polled. */
export interface DeadLetterList {
  readonly deadLetters: readonly {
    readonly id: string;
    readonly sentAt: string;
    readonly receiveCount: number;
    readonly reason: string;
    /** The SID or event that it is about; null if it cannot be read. */
    readonly subject: string | null;
    readonly body: string;
  }[];
  /** How many dead letters are not in the list. */
  readonly others: number;
}
/** `POST /api/queues/:name/redrive {confirm?}`. */
export interface RedriveResult {
  readonly started: boolean;
  readonly message: string;
}

/** A handler's run (local), newest first in `GET /api/handlers`. */
export interface HandlerRun {
  readonly at: string;
  readonly handler: string;
  /** The id of the event, and the SID that it is about. */
  readonly eventId: string | null;
  readonly subject: string | null;
  readonly outcome: 'handled' | 'duplicate' | 'failed' | 'dead_letter';
  readonly durationMs: number | null;
  readonly receiveCount: number | null;
  /** Of a failure. */
  readonly error: string | null;
}
export interface HandlerView {
  readonly name: string;
  /** In the period; null where it is not known. */
  readonly handled: number | null;
  readonly failed: number | null;
  readonly deadLetters: number;
  readonly waiting: number;
}
export interface HandlerList {
  readonly handlers: readonly HandlerView[];
  readonly runs: readonly HandlerRun[];
  readonly replies: readonly {
    readonly sid: string;
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly body: string;
    readonly status: string;
  }[];
  readonly period: string;
}

/** `POST /api/send`: sign a webhook and send it to the gateway, as `gateway send` does. */
export interface SendRequest {
  /** A subcommand of `gateway send`. */
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
  readonly body?: string;
  readonly media?: readonly string[];
  readonly sid?: string;
  readonly status?: string;
  readonly errorCode?: string;
  /** Twilio's name of the event, such as `onMessageAdded`. */
  readonly event?: string;
  /** `STOP`, `START` or `HELP`. */
  readonly optOut?: string;
  /** The payload of the button that was tapped. */
  readonly button?: string;
  /** Latitude and longitude: `59.3293,18.0686`. */
  readonly location?: string;
  readonly tamper?: boolean;
  readonly repeat?: number;
  readonly confirm?: string;
}
export interface SendResult {
  readonly kind: string;
  readonly sid: string;
  readonly answers: readonly { readonly status: number | null; readonly body: string; readonly durationMs: number }[];
}
/** `GET /api/send`: the kinds that can be sent, for the form. */
export interface SendKinds {
  readonly kinds: readonly { readonly kind: string; readonly title: string; readonly fields: readonly string[] }[];
}

/** `POST /api/replay {id, accountSid, handler?, confirm?}`: publishes the event of a stored webhook again. */
export interface ReplayRequest {
  readonly id: string;
  readonly accountSid: string;
  readonly handler?: string;
  readonly confirm?: string;
}
export interface ReplayResult {
  readonly message: string;
}

/** `GET /api/health`: the findings of `doctor`, except those at Twilio, and of fallback lane and canary. */
export interface Health {
  readonly findings: readonly {
    readonly level: 'ok' | 'warning' | 'problem' | 'not_checked';
    readonly title: string;
    readonly text: string;
    readonly advice: string | null;
  }[];
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly reason: string | null }[];
}

/** `GET /api/account`: the sums of `gateway account` over the last 24 hours, without Twilio's list. */
export interface AccountSums {
  readonly agrees: boolean;
  readonly sums: readonly {
    readonly text: string;
    /** What is wrong; null if the sum agrees. */
    readonly problem: string | null;
  }[];
}

/** `GET /api/metrics?minutes=60`: all series have the same times. */
export interface Metrics {
  /** Seconds since 1970, in steps of `stepSeconds`. */
  readonly times: readonly number[];
  readonly stepSeconds: number;
  readonly charts: readonly {
    readonly name: 'webhooks' | 'latency' | 'refused' | 'backlog';
    readonly title: string;
    readonly unit: 'count' | 'ms';
    readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  }[];
}

/** `GET /api/setup`: URLs to give to Twilio. */
export interface Setup {
  readonly urls: readonly { readonly name: string; readonly url: string; readonly use: string }[];
  /** Why Twilio cannot reach these URLs; null if it can. */
  readonly hint: string | null;
  /** Commands that show and apply what differs at Twilio. */
  readonly commands: readonly { readonly command: string; readonly text: string }[];
}
/** `GET /api/setup/differences`: what differs at Twilio. The server reads it with the stage's credentials. */
export interface Differences {
  readonly accounts: readonly {
    readonly account: string;
    readonly changes: readonly string[];
    readonly problem: string | null;
  }[];
}
