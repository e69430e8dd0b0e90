import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isCalledByLoopbackName,
  readBody,
  startLoopbackServer,
  type LoopbackEndpoint,
} from '../server/loopback-server';
import { SnsError } from './errors';
import { fieldsOf, maxMessageBytes, readMessage, topicOf, type PublishedNotice } from './publish';
import type { Topic, TopicMessage } from './topic';

export interface SnsOptions {
  readonly topics: readonly Topic[];
  /** Called once for each message that was published to a topic without subscriptions. */
  readonly onNotice: (notice: PublishedNotice) => void;
  /** Called with each message before its subscribers get it. */
  readonly onPublished?: (message: TopicMessage) => void;
}

/** Enough for a batch of 256 KB, the maximum, with every byte percent-encoded. */
const maxBodyBytes = 1024 * 1024;
const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/**
 * SNS on 127.0.0.1, with the two actions that the gateway uses, `Publish` and `PublishBatch`, in AWS's query
 * protocol. It rejects other actions.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const startSns = (options: SnsOptions): Promise<LoopbackEndpoint> =>
  startLoopbackServer((request, response) => serve(options, request, response));

const serve = async (options: SnsOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const form = await readForm(request);
    const action = actions[form.get('Action') ?? ''];
    if (action === undefined) {
      throw new SnsError(
        'InvalidAction',
        `The local SNS has no such action. It supports: ${Object.keys(actions).join(', ')}.`,
      );
    }
    answer(response, 200, await action(form, options));
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

const publish = async (form: URLSearchParams, { topics, ...listeners }: SnsOptions): Promise<string> => {
  const topic = topicOf(form, topics);
  const fields = new Map([...form].filter(([name]) => !['Action', 'Version', 'TopicArn'].includes(name)));
  const message = readMessage(fields, topic);
  await publishTo(topic, message, listeners);
  return result('Publish', `<MessageId>${message.messageId}</MessageId>`);
};

/** Publishes the entries in order. The response lists those that were rejected. */
const publishBatch = async (form: URLSearchParams, { topics, ...listeners }: SnsOptions): Promise<string> => {
  const topic = topicOf(form, topics);
  const entries = batchEntries(form);
  let successful = '';
  let failed = '';
  for (const fields of entries) {
    const { Id: id = '', ...rest } = Object.fromEntries(fields);
    try {
      const message = readMessage(new Map(Object.entries(rest)), topic);
      await publishTo(topic, message, listeners);
      successful += `<member><Id>${escaped(id)}</Id><MessageId>${message.messageId}</MessageId></member>`;
    } catch (error) {
      const { name, status, message } = error instanceof SnsError ? error : internalFailure;
      failed +=
        `<member><Id>${escaped(id)}</Id><Code>${escaped(name)}</Code><Message>${escaped(message)}</Message>` +
        `<SenderFault>${status < 500}</SenderFault></member>`;
    }
  }
  return result('PublishBatch', `<Successful>${successful}</Successful><Failed>${failed}</Failed>`);
};

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const batchEntries = (form: URLSearchParams): readonly ReadonlyMap<string, string>[] => {
  const entries: ReadonlyMap<string, string>[] = [];
  for (let number = 1; form.has(`PublishBatchRequestEntries.member.${number}.Id`); number += 1) {
    entries.push(fieldsOf(form, `PublishBatchRequestEntries.member.${number}.`));
  }
  if (entries.length === 0) throw new SnsError('EmptyBatchRequest', 'The batch request has no entries.');
  if (entries.length > 10) {
    throw new SnsError('TooManyEntriesInBatchRequest', 'The batch request has more than 10 entries.');
  }
  const ids = entries.map((fields) => fields.get('Id'));
  if (new Set(ids).size < ids.length) {
    throw new SnsError('BatchEntryIdsNotDistinct', 'Two entries of the batch request have the same Id.');
  }
  const bytes = entries.reduce((sum, fields) => sum + Buffer.byteLength(fields.get('Message') ?? ''), 0);
  if (bytes > maxMessageBytes) {
    throw new SnsError(
      'BatchRequestTooLong',
      `The messages of a batch may have at most ${maxMessageBytes} bytes in total.`,
    );
  }
  return entries;
};

const publishTo = async (
  topic: Topic,
  message: TopicMessage,
  { onNotice, onPublished }: Omit<SnsOptions, 'topics'>,
): Promise<void> => {
  onPublished?.(message);
  await topic.publish(message);
  if (topic.subscriptions.length > 0) return;
  const { messageId, subject } = message;
  onNotice({ topicArn: topic.arn, messageId, subject, message: message.message });
};

const actions: Readonly<Record<string, (form: URLSearchParams, options: SnsOptions) => Promise<string>>> = {
  Publish: publish,
  PublishBatch: publishBatch,
};

const result = (action: string, content: string): string =>
  `<${action}Response xmlns="${namespace}"><${action}Result>${content}</${action}Result>` +
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;

const internalFailure = new SnsError(
  'InternalFailure',
  'The emulator failed; this is an error of the local gateway, not of the request.',
  500,
);

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
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
  return new URLSearchParams(body.toString('utf8'));
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const answer = (response: ServerResponse, status: number, xml: string): void => {
  if (response.destroyed) return;
  const body = Buffer.from(`<?xml version="1.0"?>\n${xml}`);
  response.writeHead(status, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
  response.end(body);
};
