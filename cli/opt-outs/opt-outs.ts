/** One row of the opt-out register as programs see it (`opt-outs list --json`). */
export interface OptOutView {
  readonly accountSid: string | null;
  /** `STOP`: the person gets no messages. `START`: the person gets them again. */
  readonly state: string | null;
  readonly person: string | null;
  /** The SID of the messaging service, or the own address, from which the person gets messages or none. */
  readonly own: string | null;
  /** `OptOutType` of a message from the person, or `21610`, the error of a message to the person. */
  readonly source: string | null;
  /** ISO 8601: when the webhook with the change was received. */
  readonly changedAt: string | null;
  /** The message of that webhook. */
  readonly messageSid: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Reads the register of opt-outs. */
export interface OptOutReader {
  /** All opt-outs of the accounts, the latest first. */
  list(accountSids: readonly string[]): Promise<readonly OptOutView[]>;
}
