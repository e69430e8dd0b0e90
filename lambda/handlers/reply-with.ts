import type { Context } from 'aws-lambda';
import type { ReplyAnswer, ReplyRequest } from '../shared/events/reply-request';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';

export type { ReplyAnswer, ReplyRequest };

/** The environment of a reply function that is bundled from a file. */
export interface ReplyWithEnvironment {
  readonly STAGE_NAME: string;
  readonly HANDLER_NAME: string;
  /** How long ingress waits for the answer. */
  readonly REPLY_TIMEOUT_MS: string;
}

export interface ReplyTools {
  /** Aborts shortly before nobody waits for the answer any more: pass the signal to everything that waits. */
  readonly signal: AbortSignal;
}

/** The Lambda function that ingress asks. */
export type ReplyHandler = (
  message: ReplyRequest,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<ReplyAnswer | undefined>;

/** For the way of the answer back to ingress; a quarter of a short time. */
const marginMs = 150;

/**
 * Answers incoming messages in the response to Twilio's webhook.
 *
 *     export const handler = replyWith((message) => Promise.resolve(`You wrote: ${message.body ?? ''}`));
 *
 * A text is sent as it is, `{ twiml }` is the whole answer, and `undefined` answers nothing. Where the function throws
 * or is late, the sender gets the stage's static reply. It must only answer: a captured request that is sent again asks
 * it again. What must happen once belongs in `onMessage`. It is in a file of its own, so that the bundle is 2 kB and
 * its cold start fits into the time.
 */
export const replyWith =
  (answer: (message: ReplyRequest, tools: ReplyTools) => Promise<string | ReplyAnswer | undefined>): ReplyHandler =>
  async (message, context) => {
    const limitMs = Math.min(context.getRemainingTimeInMillis(), Number(process.env['REPLY_TIMEOUT_MS'] ?? Infinity));
    const given = await withDeadline(limitMs - Math.min(marginMs, limitMs / 4), (signal) =>
      raceDeadline<string | ReplyAnswer | undefined | typeof late>(signal, answer(message, { signal }), () => late),
    );
    if (given === late) throw new LateReplyError('The reply was not ready in time.');
    return typeof given === 'string' ? { message: given } : given;
  };

const late = Symbol('late');

class LateReplyError extends Error {
  override readonly name = 'LateReplyError';
}
