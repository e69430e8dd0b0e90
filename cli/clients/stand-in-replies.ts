import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import { sendHttp } from '../../lambda/shared/runtime/send-http';
import { isObject, parseJson } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import { start } from '../terminal/program-name';

const timeoutMs = 5000;
/** The stand-in keeps 1,000 messages of 1,600 characters. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** @returns newest first */
export const readStandInReplies = async (baseUrl: string, signal: AbortSignal): Promise<readonly StandInReply[]> => {
  const url = new URL('/replies', baseUrl);
  const request = { url, method: 'GET', headers: {}, body: '' };
  const { status, body } = await sendHttp(request, { timeoutMs, maxAnswerBytes, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new CliError(`The Twilio stand-in does not answer. Is \`${start}\` still running?`, 1, {
      cause: error,
    });
  });
  const found = parseJson(body);
  if (status !== 200 || !Array.isArray(found) || !found.every(isObject)) {
    throw new CliError(`The Twilio stand-in gave an answer that this version cannot read (${status}).`);
  }
  // The stand-in of the same version wrote it with this type.
  return found as unknown as readonly StandInReply[];
};
