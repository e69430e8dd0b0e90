import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { routeNames } from '../shared/contract/routes';
import type { WebhookRequest } from '../shared/payload/request';

/** The parts of an API Gateway event (payload format 2.0) that ingress checks or logs. */
export interface IngressRequest extends WebhookRequest {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

export const readRequest = (event: APIGatewayProxyEventV2): IngressRequest => {
  const { http, requestId, domainName } = event.requestContext;
  const body = event.body ?? '';
  const header = headerReader(event.headers);
  return {
    // Not from `rawPath`, which API Gateway decodes.
    route: routeNames.find((name) => event.routeKey.endsWith(` /${name}`)),
    method: http.method,
    domainName: domainName.toLowerCase(),
    query: event.rawQueryString,
    header,
    bodyBytes: event.isBase64Encoded ? decodedBytes(body) : Buffer.byteLength(body),
    readBody: () => (event.isBase64Encoded ? decodeBase64(body) : Buffer.from(body)),
    requestId,
    sourceIp: http.sourceIp,
    userAgent: header('user-agent'),
  };
};

/** API Gateway sends names in lower case; others are copied, and repeated ones are joined. */
const headerReader = (headers: APIGatewayProxyEventV2['headers']): WebhookRequest['header'] => {
  if (Object.keys(headers).every((name) => name === name.toLowerCase())) return (name) => headers[name];
  const byName = new Map<string, string>();
  for (const [name, value = ''] of Object.entries(headers)) {
    const key = name.toLowerCase();
    const earlier = byName.get(key);
    byName.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  return (name) => byName.get(name);
};

const decodedBytes = (base64: string): number =>
  Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

/**
 * Undefined for invalid base64: Node skips characters that are not base64, so an event could carry more than the body.
 */
const decodeBase64 = (base64: string): Buffer | undefined => {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
};
