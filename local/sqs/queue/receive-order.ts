import type { Message } from './message';

/** Which visible message of a queue is received next. */
export interface ReceiveOrder {
  /** A message became visible. */
  readonly add: (message: Message) => void;
  /** A message is no longer visible. Does nothing if it was not. */
  readonly remove: (message: Message) => void;
  /** Called when a message becomes in flight. */
  readonly startInFlight: (message: Message) => void;
  /** Called when a message is no longer in flight: it is visible again or deleted. */
  readonly endInFlight: (message: Message) => void;
  /**
   * The next message, without taking it.
   * @param received groups whose messages this receive has already taken: it may take more messages of these groups
   */
  readonly next: (received: ReadonlySet<string>) => Message | undefined;
}
