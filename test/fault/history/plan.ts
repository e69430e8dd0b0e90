import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { Demands } from '../demands';
import type { FaultRule } from './fault-rules';
import type { Place } from './keys';

/** What a webhook must leave in the table. */
export interface ExpectedRow extends Place {
  /** What is stored of the webhook: a form's parameters as JSON text, or a JSON body's text. */
  readonly content: string;
  readonly query: string;
  /** The body that was sent, where it may be stored instead of the content: nobody could read it as what its route expects. */
  readonly raw?: string;
}

/** A status callback's part in the life of its message. */
export interface StatusClaim {
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode: string | undefined;
}

/** How somebody who is not Twilio tries to get in. */
export type Forgery =
  | 'unsigned'
  | 'garbage signature'
  | 'signed by a stranger'
  | 'account of a stranger'
  | 'body changed'
  | 'parameter added'
  | 'parameter moved'
  | 'query changed'
  | 'JSON body changed'
  | 'status changed';

/** A request that the plan may send, once or several times. */
export interface PlannedRequest {
  readonly id: string;
  readonly route: RouteName;
  /** What the signature is over: the query, and a form's parameters; a JSON body has none. */
  readonly signed: { readonly query: string; readonly form: Readonly<Record<string, string>> };
  /** `account` is Twilio with whatever token it signs with at that time. */
  readonly signer: 'account' | 'stranger' | 'garbage' | 'nobody';
  readonly sent: { readonly query: string; readonly contentType: string; readonly body: string };
  /** Undefined: genuine. */
  readonly forgery: Forgery | undefined;
  /** The genuine request whose signed text this one cuts into other parameters; it leaves nothing of its own. */
  readonly cutOf?: string;
  /** What it leaves if it is accepted; nothing for a forged one. */
  readonly rows: readonly ExpectedRow[];
  readonly status: StatusClaim | undefined;
}

export type Step =
  | { readonly kind: 'send'; readonly request: string; readonly afterMs: number }
  /** Signed with the token before the last rotation: a request that was long under way. */
  | { readonly kind: 'send-late'; readonly request: string }
  /** Waits until the request that it cuts is stored, and sends it then; not at all if that became a dead letter. */
  | { readonly kind: 'send-cut'; readonly request: string }
  /** Waits for all answers that are due. */
  | { readonly kind: 'settle' }
  /** A message that no version of the code can read, put onto the queue by hand. */
  | { readonly kind: 'poison'; readonly body: string }
  /** The next token becomes AWSPENDING, then Twilio signs with it. */
  | { readonly kind: 'rotate'; readonly token: string }
  /** The pending token becomes AWSCURRENT. */
  | { readonly kind: 'finish-rotation' }
  /** The dead letters go back into the queue while traffic goes on. */
  | { readonly kind: 'redrive' }
  /** Looks at the table, to see later what has changed. */
  | { readonly kind: 'look' };

/** Everything that happens in one history. It is made of a seed, and shrinking takes parts of it away. */
export interface Plan {
  readonly seed: number;
  readonly demands: Demands;
  readonly account: { readonly accountSid: string; readonly authToken: string };
  readonly strangerToken: string;
  readonly requests: readonly PlannedRequest[];
  readonly steps: readonly Step[];
  readonly faults: readonly FaultRule[];
}
