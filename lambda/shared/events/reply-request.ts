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
export type ReplyAnswer = { readonly message: string } | { readonly twiml: string };
