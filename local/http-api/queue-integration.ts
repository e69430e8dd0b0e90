import { AwsJsonError } from '../server/aws-json-action';
import type { ApiIdentity, ReceivedRequest } from './api-event';
import { badRequest, type ApiResponse } from './api-response';

/** A route that sends its requests to a queue, without a function: the integration `SQS-SendMessage`. */
export interface QueueRoute {
  readonly queueUrl: string;
  /** A text with variables of the request. */
  readonly messageBody: string;
  /** JSON with variables of the request. */
  readonly messageAttributes: string;
  /** The status that the caller gets for each of SQS's. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Rejects with the AwsJsonError that SQS would answer. */
export type SendMessage = (message: {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Record<string, { readonly DataType: string; readonly StringValue?: string }>;
}) => Promise<{ readonly MessageId?: string | undefined }>;

/**
 * Sends a request to the queue and answers as SQS does: in XML, of the query protocol.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
 */
export const sendToQueue = async (
  { queueUrl, messageBody, messageAttributes, statuses }: QueueRoute,
  request: ReceivedRequest,
  api: ApiIdentity,
  send: SendMessage,
): Promise<ApiResponse> => {
  const answer = (status: number, xml: string): ApiResponse => ({
    status: statuses.get(status) ?? status,
    headers: { 'content-type': 'text/xml' },
    body: Buffer.from(`<?xml version="1.0"?>${xml}`),
  });
  const attributes = readAttributes(replaceVariables(messageAttributes, request, api));
  if (attributes === undefined) return badRequest;
  try {
    const { MessageId: id = '' } = await send({
      QueueUrl: queueUrl,
      MessageBody: replaceVariables(messageBody, request, api),
      MessageAttributes: attributes,
    });
    return answer(
      200,
      `<SendMessageResponse xmlns="${namespace}"><SendMessageResult><MessageId>${id}</MessageId></SendMessageResult>` +
        '</SendMessageResponse>',
    );
  } catch (error) {
    if (!(error instanceof AwsJsonError)) throw error;
    const code = error.queryErrorCode ?? error.name;
    return answer(
      error.status,
      `<ErrorResponse xmlns="${namespace}"><Error><Code>${code}</Code></Error></ErrorResponse>`,
    );
  }
};

const namespace = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** Values are not escaped: one with a quote changes the JSON, or breaks it. AWS does not promise more. */
const readAttributes = (
  json: string,
): Record<string, { readonly DataType: string; readonly StringValue?: string }> | undefined => {
  try {
    // SQS checks what is in it.
    return JSON.parse(json) as Record<string, { readonly DataType: string; readonly StringValue?: string }>;
  } catch {
    return undefined;
  }
};

/**
 * Replaces `$request.body` and the like, with or without braces. A header or variable without a value is empty.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
const replaceVariables = (text: string, request: ReceivedRequest, api: ApiIdentity): string =>
  text.replace(/\$\{([\w.-]+)\}|\$([\w.-]+)/g, (_match, inBraces?: string, plain?: string) =>
    valueOf(inBraces ?? plain ?? '', request, api),
  );

const valueOf = (variable: string, request: ReceivedRequest, api: ApiIdentity): string => {
  if (variable.startsWith('request.header.')) {
    return request.headers[variable.slice('request.header.'.length).toLowerCase()] ?? '';
  }
  switch (variable) {
    case 'request.body':
      return request.body.toString('utf8');
    case 'request.path':
      return request.path;
    case 'context.requestId':
      return request.requestId;
    case 'context.identity.sourceIp':
      return request.sourceIp;
    case 'context.apiId':
      return api.apiId;
    case 'context.stage':
      return api.stage;
    default:
      return '';
  }
};
