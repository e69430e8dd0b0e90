import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { localArn } from '../server/aws-identity';
import {
  isCalledByLoopbackName,
  readBody,
  startLoopbackServer,
  type LoopbackEndpoint,
} from '../server/loopback-server';
import type { InvocationResult } from './execution-environment';
import type { LocalFunction } from './function-pool';

/** Of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6_291_456;

class InvokeError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/**
 * Lambda's `Invoke` on 127.0.0.1, for invocations that wait for the result. It rejects everything else by name.
 * @param find the function of a name, as it is deployed at that moment
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const startInvokeApi = (find: (name: string) => LocalFunction | undefined): Promise<LoopbackEndpoint> =>
  startLoopbackServer((request, response) => serve(find, request, response));

const serve = async (
  find: (name: string) => LocalFunction | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  response.setHeader('x-amzn-RequestId', requestId);
  try {
    const target = readTarget(request, find);
    const event = await readEvent(request);
    const { error, payload } = payloadOf(target, await target.invoke(event), requestId);
    response.setHeader('X-Amz-Executed-Version', '$LATEST');
    if (error) response.setHeader('X-Amz-Function-Error', 'Unhandled');
    answer(response, 200, payload);
  } catch (error) {
    const { name, message, status } = error instanceof InvokeError ? error : internalFailure;
    // Unread bytes of the body would be parsed as the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.setHeader('x-amzn-ErrorType', name);
    const type = status < 500 ? 'User' : 'Service';
    answer(response, status, JSON.stringify({ Type: type, Message: message, message }));
  }
};

const internalFailure = new InvokeError(
  'ServiceException',
  'The emulator failed; this is an error of the local gateway, not of the request.',
  500,
);

/** A function is named by its name, or by its whole or partial ARN. */
const readTarget = (request: IncomingMessage, find: (name: string) => LocalFunction | undefined): LocalFunction => {
  if (!isCalledByLoopbackName(request)) {
    throw new InvokeError('AccessDeniedException', 'Only http://127.0.0.1 and http://localhost are served.', 403);
  }
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
  const given = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/.exec(pathname)?.[1];
  if (request.method !== 'POST' || given === undefined) {
    throw new InvokeError('UnknownOperationException', 'The local Lambda supports only Invoke.', 404);
  }
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    throw new InvokeError(
      'InvalidParameterValueException',
      `The local Lambda supports the invocation type RequestResponse, not ${JSON.stringify(type)}.`,
      400,
    );
  }
  const [name = '', version = searchParams.get('Qualifier') ?? '$LATEST'] = decoded(given)
    .replace(/^.*function:/, '')
    .split(':');
  const target = version === '$LATEST' ? find(name) : undefined;
  if (target !== undefined) return target;
  const arn = localArn('lambda', `function:${name}${version === '$LATEST' ? '' : `:${version}`}`);
  throw new InvokeError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** An invocation without a payload gets an empty event. */
const readEvent = async (request: IncomingMessage): Promise<unknown> => {
  const body = await readBody(request, maxPayloadBytes);
  if (body === undefined) {
    throw new InvokeError(
      'RequestTooLargeException',
      `Request must be smaller than ${maxPayloadBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's message would quote the body.
    throw new InvokeError('InvalidRequestContentException', 'Could not parse request body into json', 400);
  }
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
const payloadOf = (
  { timeoutMs }: LocalFunction,
  result: InvocationResult,
  requestId: string,
): { readonly error: boolean; readonly payload: string } => {
  const failed = (errorType: string, errorMessage: string) => ({
    error: true,
    payload: JSON.stringify({ errorType, errorMessage, trace: [] }),
  });
  switch (result.kind) {
    case 'ok': {
      const payload = JSON.stringify(result.payload);
      const bytes = Buffer.byteLength(payload);
      return bytes <= maxPayloadBytes
        ? { error: false, payload }
        : failed(
            'Function.ResponseSizeTooLarge',
            `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`,
          );
    }
    case 'error':
      return failed(result.errorType, result.errorMessage);
    case 'timeout':
      return failed(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      );
  }
};

const answer = (response: ServerResponse, status: number, text: string): void => {
  if (response.destroyed) return;
  const body = Buffer.from(text);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
};
