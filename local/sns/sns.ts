import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isCalledByLoopbackName,
  readBody,
  startLoopbackServer,
  type LoopbackEndpoint,
} from '../server/loopback-server';
import { SnsError } from './errors';
import { readPublication, type PublishedNotice } from './publish';

export interface SnsOptions {
  readonly topicArns: ReadonlySet<string>;
  /** Called once for each acknowledged notice. There are no subscribers. */
  readonly onNotice: (notice: PublishedNotice) => void;
}

/** Fits a message of 256 KB even if every byte is percent-encoded. */
const maxBodyBytes = 1024 * 1024;
const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/**
 * SNS on 127.0.0.1 with the one action that the gateway uses: `Publish`, in AWS's query protocol. Any other is
 * rejected by name.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const startSns = (options: SnsOptions): Promise<LoopbackEndpoint> =>
  startLoopbackServer((request, response) => serve(options, request, response));

const serve = async (options: SnsOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const notice = readPublication(await readAction(request, 'Publish'), options.topicArns);
    options.onNotice(notice);
    answer(
      response,
      200,
      `<PublishResponse xmlns="${namespace}">` +
        `<PublishResult><MessageId>${notice.messageId}</MessageId></PublishResult>` +
        `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
    );
  } catch (error) {
    const { name, status, message } = error instanceof SnsError ? error : internalFailure;
    // Unread bytes of the body would be parsed as the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    answer(
      response,
      status,
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escaped(name)}</Code><Message>${escaped(message)}</Message></Error>` +
        `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    );
  }
};

const internalFailure = new SnsError(
  'InternalFailure',
  'The emulator failed; this is an error of the local gateway, not of the request.',
  500,
);

/** The request's form. @throws SnsError for any other action */
const readAction = async (request: IncomingMessage, supported: string): Promise<URLSearchParams> => {
  if (!isCalledByLoopbackName(request)) {
    throw new SnsError('AuthorizationError', 'Only http://127.0.0.1 and http://localhost are served.', 403);
  }
  const contentType = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)) {
    throw new SnsError(
      'InvalidAction',
      'The local SNS supports only the AWS query protocol: POST with a form. Use the AWS SDK for JavaScript v3.',
    );
  }
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) {
    throw new SnsError('RequestEntityTooLarge', `The request body exceeds ${maxBodyBytes} bytes.`, 413);
  }
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.get('Action') !== supported) {
    throw new SnsError('InvalidAction', `The local SNS has no such action. It supports: ${supported}.`);
  }
  return form;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const answer = (response: ServerResponse, status: number, xml: string): void => {
  if (response.destroyed) return;
  const body = Buffer.from(`<?xml version="1.0"?>\n${xml}`);
  response.writeHead(status, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
  response.end(body);
};
