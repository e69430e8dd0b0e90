import type { MessageReceived } from './gateway-event';

/**
 * What ingress asks the reply function, as its event: the message in the shape of a `message.received` event. Fields
 * are only added.
 */
export type ReplyRequest = MessageReceived;

/**
 * What the function returns: the text of one message, or a whole TwiML document. `null` and `undefined` answer nothing.
 */
export type ReplyAnswer = { readonly message: string } | { readonly twiml: string };
