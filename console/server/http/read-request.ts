import type { IncomingMessage } from 'node:http';
import { isObject, parseJson, type JsonObject } from '../../../cli/json-fields';
import { ApiProblem, invalid } from './api-problem';

interface RequestTarget {
  /** Decoded: a slash in a part is `%2F` in the path. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Splits path and query.
 * @throws ApiProblem for a path that is not plain: another form, a part that is empty, `.` or `..`
 */
export const readTarget = (url: string): RequestTarget => {
  const [path = '', ...rest] = url.split('?');
  const segments = path.split('/').slice(1).map(decodedSegment);
  const isPlain = path.startsWith('/') && !path.includes('\\') && segments.every((part) => !/^\.{1,2}$/.test(part));
  if (!isPlain || (segments.length > 1 && segments.includes(''))) throw invalid('The path is malformed.');
  return { segments, query: new URLSearchParams(rest.join('?')) };
};

const decodedSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid('The path is malformed.');
  }
};

/**
 * The JSON object of a POST. A form of another page cannot send this content type.
 * @throws ApiProblem for anything else
 */
export const readJsonBody = async (request: IncomingMessage, maxBytes: number): Promise<JsonObject> => {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(type) || encoding !== undefined) {
    throw new ApiProblem(415, 'content_type', 'A change is a POST with the content type application/json.');
  }
  const parsed = parseJson((await readBytes(request, maxBytes)).toString('utf8'));
  if (!isObject(parsed)) throw invalid('The body must be a JSON object.');
  return parsed;
};

const readBytes = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  // The rest is not read.
  const tooLarge = new ApiProblem(413, 'too_large', `A request has at most ${maxBytes} bytes.`, {
    connection: 'close',
  });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
