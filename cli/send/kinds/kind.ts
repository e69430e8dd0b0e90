import { randomBytes } from 'node:crypto';
import { ownNumber, person } from '../options';
import type { Payload } from '../twilio-payloads';

/** What can be chosen of a webhook. Everything has a default. */
export interface SendValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly body?: string | undefined;
  readonly media?: readonly string[] | undefined;
  /** What the webhook is about. */
  readonly sid?: string | undefined;
  readonly status?: string | undefined;
  readonly errorCode?: string | undefined;
  /** Twilio's name of the event, such as `onMessageAdded`. */
  readonly event?: string | undefined;
  /** `STOP`, `START` or `HELP`. */
  readonly optOut?: string | undefined;
  /** The payload of the button that was tapped. */
  readonly button?: string | undefined;
  /** Latitude and longitude: `59.3293,18.0686`. */
  readonly location?: string | undefined;
}

/** A kind of webhook that can be sent without knowing its parameters. */
export interface SendKind {
  /** The subcommand of `send`. */
  readonly kind: string;
  /** For a list of all kinds. */
  readonly title: string;
  /** For the help. */
  readonly description: string;
  readonly fields: readonly (keyof SendValues)[];
  /** The name of the SID's parameter. */
  readonly sidName: string;
  /** What its SID may begin with; the first one is made up where none is given. */
  readonly sidPrefixes: readonly [string, ...string[]];
  /** The status that is sent unless another is given. */
  readonly status?: string;
  /** The event that is sent unless another is given. */
  readonly event?: string;
  /** Whether the owner of the number has sent what the webhook is about. */
  readonly isOutbound?: true;
  /** Command lines without `send`. */
  readonly examples: readonly [string, ...string[]];
  readonly payload: (values: SendValues & { readonly sid: string }, accountSid: string, now: Date) => Payload;
}

/** The text where none is given. */
export const exampleText = 'Hello';

/** From the person to the gateway's owner, or the other way round for what the owner has sent. */
export const addresses = ({ from, to }: SendValues, isOutbound = false) => ({
  from: from ?? (isOutbound ? ownNumber : person),
  to: to ?? (isOutbound ? person : ownNumber),
});

export const randomSid = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;

/** A payload of plain values: what is not given has its default, and the SID is made up. */
export const buildPayload = (kind: SendKind, values: SendValues, accountSid: string, now: Date): Payload =>
  kind.payload({ ...values, sid: values.sid ?? randomSid(kind.sidPrefixes[0]) }, accountSid, now);
