import { CliError } from '../../terminal/cli-error';
import type { Capture } from './capture';
import { parseCurl } from './curl-command';
import { parseHar } from './har';
import { isObject, objectIn, parseJson } from '../../json-fields';
import { looksLikeHttp, parseHttp } from './raw-http';

/** Limit for a curl command line or a raw request; a HAR file may be larger. */
const maxRequestBytes = 4 * 1024 * 1024;

const unknownFormat = (): CliError =>
  new CliError(
    'The input must be a curl command line ("Copy as cURL"), a raw HTTP request that begins with a line like ' +
      '`POST /dev/messages HTTP/1.1`, or a HAR file. Pass a log line with --log, and its body with --body.',
    2,
  );

/**
 * Reads a captured request: a curl command line, a raw HTTP request, or a HAR file.
 * @param entry which request of a HAR file
 * @param givenBody replaces the capture's body
 * @throws CliError for any other input
 */
export const readCapture = (input: Buffer, entry: number | undefined, givenBody: Buffer | undefined): Capture => {
  // Some editors add a byte order mark.
  const bytes = input.subarray(0, 3).equals(Buffer.from('\ufeff')) ? input.subarray(3) : input;
  const head = bytes.toString('latin1', 0, 8192);
  if (/^\s*\{/.test(head)) {
    const parsed = parseJson(bytes.toString('utf8'));
    if (!isObject(parsed) || !('entries' in objectIn(parsed, 'log'))) throw unknownFormat();
    return parseHar(parsed, entry, givenBody);
  }
  if (entry !== undefined) throw new CliError('--entry is for HAR files and logs; this input is one request.', 2);
  if (bytes.length > maxRequestBytes) {
    throw new CliError('The input is larger than 4 MiB. Reduce it to the one request.', 2);
  }
  if (/^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(head)) return parseCurl(bytes, givenBody);
  if (looksLikeHttp(head)) return parseHttp(bytes, givenBody);
  throw unknownFormat();
};
