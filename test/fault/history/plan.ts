import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { FaultRule } from './fault-rules';
import type { Place } from './keys';

/** What a webhook must leave in the table. */
export interface ExpectedRow extends Place {
  /** What is stored of the webhook: a form's parameters as JSON text, or a JSON body's text. */
  readonly content: string;
  readonly query: string;
  /** The body that was sent, if it may be stored instead of the content because it is unrecognized. */
  readonly raw?: string;
}

/** What a status callback says about its message. */
export interface StatusClaim {
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode: string | undefined;
}

/** How a request that Twilio did not sign was made. */
export type Forgery =
  | 'unsigned'
  | 'garbage signature'
  | 'signed by a stranger'
  | 'account of a stranger'
  | 'body changed'
  | 'parameter added'
  | 'query changed'
  | 'JSON body changed'
  | 'status changed';

/** A request that the plan may send, once or several times. */
export interface PlannedRequest {
  readonly id: string;
  readonly route: RouteName;
  /** What the signature is over: the query, and a form's parameters; a JSON body has none. */
  readonly signed: { readonly query: string; readonly form: Readonly<Record<string, string>> };
  /** `account`: Twilio, with the token that it signs with at that time. */
  readonly signer: 'account' | 'stranger' | 'garbage' | 'nobody';
  readonly sent: { readonly query: string; readonly contentType: string; readonly body: string };
  /** Undefined: genuine. */
  readonly forgery: Forgery | undefined;
  /** The genuine request whose signed text this one splits into other parameters. It must store nothing. */
  readonly cutOf?: string;
  /** The rows that it must leave once it is accepted; none if it is forged. */
  readonly rows: readonly ExpectedRow[];
  readonly status: StatusClaim | undefined;
}

export type Step =
  | { readonly kind: 'send'; readonly request: string; readonly afterMs: number }
  /** Signed with the token before the last rotation, as a request that was delayed. */
  | { readonly kind: 'send-late'; readonly request: string }
  /** Sends a cut once its genuine request is stored; does not send it if that became a dead letter. */
  | { readonly kind: 'send-cut'; readonly request: string }
  /** Waits until every request has been answered. */
  | { readonly kind: 'await-answers' }
  /** Puts a message on the queue that no version of the code can read. */
  | { readonly kind: 'poison'; readonly body: string }
  /** The next token becomes AWSPENDING, then Twilio signs with it. */
  | { readonly kind: 'rotate'; readonly token: string }
  /** The pending token becomes AWSCURRENT. */
  | { readonly kind: 'finish-rotation' }
  /** Redrives the dead-letter queue while traffic goes on. */
  | { readonly kind: 'redrive' }
  /** Keeps a copy of the table, which shows later what has changed. */
  | { readonly kind: 'snapshot' };

/** Everything that happens in one history: generated from a seed, made smaller by shrinking. */
export interface Plan {
  readonly seed: number;
  readonly account: { readonly accountSid: string; readonly authToken: string };
  readonly strangerToken: string;
  readonly requests: readonly PlannedRequest[];
  readonly steps: readonly Step[];
  readonly faults: readonly FaultRule[];
}
