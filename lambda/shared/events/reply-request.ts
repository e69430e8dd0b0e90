import type { MessageReceived } from './gateway-event';

/**
 * The Lambda event with which ingress invokes the reply function: the `data` of a `message.received` event. Later
 * versions only add fields.
 */
export type ReplyRequest = MessageReceived;

/**
 * The result of the reply function: the text of one message, or a whole TwiML document. `null` and `undefined` mean
 * that the sender gets no answer.
 */
export type ReplyAnswer = MessageAnswer | TwimlAnswer;

/** An answer with one message. */
export interface MessageAnswer {
  /** The text. */
  readonly message: string;
}

/** An answer as Twilio gets it. */
export interface TwimlAnswer {
  /** A whole TwiML document. */
  readonly twiml: string;
}
