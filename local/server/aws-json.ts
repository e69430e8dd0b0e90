import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsJsonError, type Action } from './aws-json-action';
import { isCalledByLoopbackName, readBody, startLoopbackServer, type LoopbackEndpoint } from './loopback-server';

export interface AwsJsonService {
  /** The prefix in the header `X-Amz-Target: <prefix>.<action>`. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  readonly actions: Readonly<Record<string, Action>>;
}

/** Large enough for a message of 1 MiB even if JSON escapes every character. */
const maxBodyBytes = 8 * 1024 * 1024;

/** Serves one AWS JSON service on 127.0.0.1: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const createAwsJsonServer = (service: AwsJsonService) => ({
  /** @throws when the port is in use (`EADDRINUSE`); port 0 takes a free one */
  start: (port = 0): Promise<LoopbackEndpoint> =>
    // `serve` answers every error itself, so the listener never rejects.
    startLoopbackServer((request, response, signal) => serve(service, request, response, signal), port),
});

const serve = async (
  service: AwsJsonService,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const action = findAction(service, request);
    const input = parseInput(await wholeBody(request));
    const output = await action(input, { signal });
    answer(service, response, 200, output);
  } catch (error) {
    const known = error instanceof AwsJsonError ? error : internalFailure;
    if (known.queryErrorCode !== undefined) {
      const fault = known.status < 500 ? 'Sender' : 'Receiver';
      response.setHeader('x-amzn-query-error', `${known.queryErrorCode};${fault}`);
    }
    // Unread bytes of the body would be parsed as the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    answer(service, response, known.status, { __type: known.name, message: known.message });
  }
};

const internalFailure = new AwsJsonError(
  'InternalFailure',
  'The emulator failed; this is an error of the local gateway, not of the request.',
  500,
);

const findAction = (service: AwsJsonService, request: IncomingMessage): Action => {
  if (!isCalledByLoopbackName(request)) {
    throw new AwsJsonError('AccessDeniedException', 'Only http://127.0.0.1 and http://localhost are served.', 403);
  }
  const contentType = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/x-amz-json-1\.[01]\s*(;|$)/i.test(contentType)) {
    throw new AwsJsonError(
      'InvalidRequest',
      'The local emulator supports only the AWS JSON protocol: POST with Content-Type ' +
        `application/x-amz-json-${service.jsonVersion}. Use the AWS SDK for JavaScript v3.`,
    );
  }
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = target.slice(service.targetPrefix.length + 1);
  const action =
    target === `${service.targetPrefix}.${name}` && Object.hasOwn(service.actions, name)
      ? service.actions[name]
      : undefined;
  if (action === undefined) {
    const supported = Object.keys(service.actions).join(', ');
    throw new AwsJsonError(
      'UnknownOperationException',
      `The local emulator of ${service.targetPrefix} has no such action. It supports: ${supported}.`,
    );
  }
  return action;
};

const wholeBody = async (request: IncomingMessage): Promise<Buffer> => {
  const body = await readBody(request, maxBodyBytes);
  if (body !== undefined) return body;
  throw new AwsJsonError('RequestEntityTooLargeException', `The request body exceeds ${maxBodyBytes} bytes.`, 413);
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parseInput = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // The parser's message would quote the body.
    throw new AwsJsonError('SerializationException', 'The request body is not JSON in UTF-8.');
  }
};

const answer = (service: AwsJsonService, response: ServerResponse, status: number, output: object): void => {
  if (response.destroyed) return;
  const body = Buffer.from(JSON.stringify(output, toWire));
  response.writeHead(status, {
    'Content-Type': `application/x-amz-json-${service.jsonVersion}`,
    'Content-Length': body.length,
    'x-amzn-RequestId': randomUUID(),
  });
  response.end(body);
};

/** The JSON protocol encodes times as seconds since 1970 and bytes as base64. */
function toWire(this: unknown, key: string, value: unknown): unknown {
  // `value` is already the result of toJSON; `this` is the object with the original Date or Buffer.
  const original = (this as Readonly<Record<string, unknown>>)[key];
  if (original instanceof Date) return original.getTime() / 1000;
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}
