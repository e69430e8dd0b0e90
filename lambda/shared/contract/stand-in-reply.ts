/** A message that the local gateway's Twilio stand-in was asked to send. `replies list --json` prints all but `at`. */
export interface StandInReply {
  readonly sid: string;
  /** ISO 8601: when it was asked to. */
  readonly at: string;
  readonly to: string;
  /** Null until the stand-in has chosen a sender of the messaging service. */
  readonly from: string | null;
  readonly body: string;
  /** The message that it answers; null if the request did not say so. */
  readonly inReplyTo: string | null;
  readonly status: string;
}
