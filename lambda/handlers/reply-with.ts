/**
 * Imported by a function that answers messages in the webhook response.
 * @module twilio-webhook-gateway/handlers/reply-with
 */
import type { MessageAnswer, ReplyAnswer, ReplyRequest, TwimlAnswer } from '../shared/events/reply-request';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import type { InvocationContext } from './queue-event';

export type { MessageAnswer, ReplyAnswer, ReplyRequest, TwimlAnswer };

/**
 * The environment of a reply function that is bundled from a file.
 * @internal
 */
export interface ReplyWithEnvironment {
  readonly STAGE_NAME: string;
  readonly HANDLER_NAME: string;
  /** How long ingress waits for the answer. */
  readonly REPLY_TIMEOUT_MS: string;
}

/** The second argument of a reply function. */
export interface ReplyTools {
  /** Aborts shortly before ingress stops waiting for the answer. Pass the signal to everything that waits. */
  readonly signal: AbortSignal;
}

/** The Lambda function that ingress invokes. */
export type ReplyHandler = (message: ReplyRequest, context: InvocationContext) => Promise<ReplyAnswer | undefined>;

/** Time for the answer to reach ingress; at most a quarter of the time limit. */
const marginMs = 150;

/**
 * Answers incoming messages in the response to Twilio's webhook.
 *
 *     export const handler = replyWith((message) => Promise.resolve(`You wrote: ${message.body ?? ''}`));
 *
 * A text is sent as it is, `{ twiml }` is the whole answer, and `undefined` sends no answer. If the function throws or
 * is late, the sender gets the stage's static reply. The function must have no other effect, because a replayed webhook
 * invokes it again: use `onMessage` for anything that must happen once. This file imports no SDK, so that the bundle
 * has 2 kB and a cold start is fast enough.
 */
export const replyWith =
  (answer: (message: ReplyRequest, tools: ReplyTools) => Promise<string | ReplyAnswer | undefined>): ReplyHandler =>
  async (message, context) => {
    const limitMs = Math.min(context.getRemainingTimeInMillis(), Number(process.env['REPLY_TIMEOUT_MS'] ?? Infinity));
    const result = await withDeadline(limitMs - Math.min(marginMs, limitMs / 4), (signal) =>
      raceDeadline<string | ReplyAnswer | undefined | typeof late>(signal, answer(message, { signal }), () => late),
    );
    if (result === late) throw new LateReplyError('The reply was not ready in time.');
    return typeof result === 'string' ? { message: result } : result;
  };

const late = Symbol('late');

class LateReplyError extends Error {
  override readonly name = 'LateReplyError';
}
