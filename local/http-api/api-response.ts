import type { InvocationResult } from '../functions/execution-environment';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** A response of API Gateway itself. */
const gatewayAnswer = (status: number, message: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

export const notFound = gatewayAnswer(404, 'Not Found');
export const badRequest = gatewayAnswer(400, 'Bad Request');
export const tooLarge = gatewayAnswer(413, 'Request Entity Too Large');
export const tooManyRequests = gatewayAnswer(429, 'Too Many Requests');
const internalError = gatewayAnswer(500, 'Internal Server Error');
/** Of the network in front of the API, which loses webhooks with `--swallow`. */
export const brokenNetwork = gatewayAnswer(503, 'Service Unavailable');
export const unavailable = gatewayAnswer(503, 'Service Unavailable');

/**
 * For a response without a content type. The documentation does not say; AWS's own test tool, tested against the
 * service, does:
 * https://github.com/aws/aws-lambda-dotnet/blob/master/Tools/LambdaTestTool-v2/src/Amazon.Lambda.TestTool/Extensions/ApiGatewayResponseExtensions.cs
 */
const defaultContentType = 'text/plain; charset=utf-8';

/**
 * A function's result as HTTP response: the structured form of payload format 2.0, or any JSON as a 200.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export const apiResponse = (result: InvocationResult): ApiResponse => {
  if (result.kind !== 'ok') return internalError;
  const payload = result.payload;
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = payload as {
    readonly statusCode: unknown;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly cookies?: readonly string[];
    readonly body?: unknown;
    readonly isBase64Encoded?: boolean;
  };
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalError;
  if (body !== undefined && body !== null && typeof body !== 'string') return internalError;
  const flat = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status,
    headers: {
      'content-type': defaultContentType,
      ...Object.fromEntries(flat),
      ...(cookies === undefined ? {} : { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
