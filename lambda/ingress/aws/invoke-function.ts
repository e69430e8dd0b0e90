import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createPostSigner } from '../../aws/sign-post';
import { describeError } from '../../shared/runtime/describe-error';
import { sendHttp, type HttpAnswer } from '../../shared/runtime/send-http';
import type { InvokeOutcome, ReplyFunction } from '../ports';

/** 64 kB of TwiML, even if JSON escapes every character. */
const maxAnswerBytes = 512 * 1024;
/** Only a limit: the caller's signal aborts earlier. */
const timeoutMs = 5_000;

/**
 * One signed `Invoke` of a function, which waits for what it returns. The SDK's Lambda client would add 86 kB to the
 * bundle; this adds 5. A new connection for each call: one that was kept may have ended while Lambda froze this
 * environment, and without retry its message would lose the reply.
 * @param url `https://lambda.<region>.amazonaws.com/2015-03-31/functions/<name>/invocations`
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const createInvokeFunction = (url: URL, region: string): ReplyFunction['invoke'] => {
  const sign = createPostSigner('lambda', region);
  const agent = url.protocol === 'http:' ? new HttpAgent() : new HttpsAgent();
  return async (body, signal) => {
    try {
      const headers = await sign(
        url,
        { 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' },
        body,
      );
      const bounds = { timeoutMs, maxAnswerBytes, signal };
      return outcomeOf(await sendHttp({ url, method: 'POST', headers, body, agent }, bounds));
    } catch (error) {
      const isTooLong = error instanceof Error && 'code' in error && error.code === 'ANSWER_TOO_LONG';
      return { kind: isTooLong ? 'answer_too_long' : 'unavailable', ...describeError(error) };
    }
  };
};

/** An error of the function is a 200 with this header, too. */
const errorHeader = 'x-amz-function-error';

const failures: Readonly<Record<number, Exclude<InvokeOutcome['kind'], 'ok'>>> = {
  403: 'denied',
  404: 'no_function',
  429: 'throttled',
};

const outcomeOf = ({ status, headers, body }: HttpAnswer): InvokeOutcome => {
  if (status !== 200) return { kind: failures[status] ?? 'unavailable', serviceStatus: status };
  return headers[errorHeader] === undefined ? { kind: 'ok', payload: body } : { kind: 'function_error' };
};
