import { describeError } from '../../shared/runtime/describe-error';
import { sendHttp } from '../../shared/runtime/send-http';
import type { CanaryPorts } from '../ports';

/** Longer than the integration of the HTTP API waits for ingress. */
const bounds = { timeoutMs: 12_000, maxAnswerBytes: 64 * 1024 };

const noAddress: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA'];

/** One request, without retry: Twilio would report a failed connection as well. */
export const postCanary: CanaryPorts['post'] = async (url, headers, body, signal) => {
  try {
    const { status } = await sendHttp({ url: new URL(url), method: 'POST', headers, body }, { ...bounds, signal });
    return { kind: 'answer', status };
  } catch (error) {
    const errorName = codeOf(error) ?? describeError(error).errorName;
    return { kind: noAddress.includes(errorName) ? 'no_address' : 'no_answer', errorName };
  }
};

/** Node's code of a network error, such as ECONNREFUSED. */
const codeOf = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};
