import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { clfTime } from './clf-time';

/** A request, read completely. */
export interface ReceivedRequest {
  readonly method: string;
  /** Decoded path, by which HTTP APIs route and which they pass on (`rawPath`). */
  readonly path: string;
  /** Verbatim, without `?`. */
  readonly rawQuery: string;
  /** Names in lower case, repeats joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly receivedAt: Date;
}

/**
 * HTTP APIs decode the path before they route, and cut it at a decoded question mark; the query stays encoded.
 * @returns undefined for malformed escapes, which API Gateway rejects itself
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const splitTarget = (target: string): { readonly path: string; readonly rawQuery: string } | undefined => {
  const mark = target.indexOf('?');
  const encoded = mark === -1 ? target : target.slice(0, mark);
  try {
    return {
      path: decodeURIComponent(encoded).split('?')[0] ?? '',
      rawQuery: mark === -1 ? '' : target.slice(mark + 1),
    };
  } catch {
    return undefined;
  }
};

/** Node's own `headers` drops some repeats; API Gateway joins all of them. */
export const joinHeaders = (rawHeaders: readonly string[]): Record<string, string> => {
  const headers = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
};

export const receivedRequest = (
  incoming: IncomingMessage,
  target: { readonly path: string; readonly rawQuery: string },
  body: Buffer,
  receivedAt: Date,
): ReceivedRequest => ({
  method: incoming.method ?? '',
  ...target,
  headers: joinHeaders(incoming.rawHeaders),
  body,
  sourceIp: incoming.socket.remoteAddress ?? '',
  requestId: randomUUID(),
  receivedAt,
});

/** Only these are passed on as text; forms, `+json`, multipart and untyped bodies in base64. */
const textTypes = /^(?:text\/.*|application\/(?:json|xml|javascript))$/;

const isText = (contentType: string | undefined): boolean =>
  textTypes.test((contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '');

export interface ApiIdentity {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
}

/**
 * The event of payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.proxy-format
 */
export const apiEvent = (request: ReceivedRequest, routeKey: string, api: ApiIdentity): APIGatewayProxyEventV2 => {
  const cookies = request.headers['cookie'];
  const forwardedFor = request.headers['x-forwarded-for'];
  const text = isText(request.headers['content-type']);
  const query = queryParameters(request.rawQuery);
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookies === undefined ? {} : { cookies: cookies.split(/; */) }),
    headers: {
      ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== 'cookie')),
      'x-forwarded-for': forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: api.domainName,
      domainPrefix: api.domainName.split('.')[0] ?? '',
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: api.stage,
      time: clfTime(request.receivedAt),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(request.body.length === 0 ? {} : { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
};

const queryParameters = (rawQuery: string): Record<string, string> | undefined => {
  if (rawQuery === '') return undefined;
  const joined = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const earlier = joined[name];
    joined[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return joined;
};
