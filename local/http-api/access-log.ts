import type { ReceivedRequest } from './api-event';
import { clfTime } from './clf-time';

/**
 * Renders a stage's access log format. An unknown variable becomes `-`, as API Gateway writes for a variable without
 * a value.
 */
export const renderAccessLog = (
  format: string,
  request: ReceivedRequest,
  facts: { readonly routeKey: string; readonly stage: string; readonly apiId: string },
  response: { readonly status: number; readonly body: Buffer },
): string => {
  const values: Readonly<Record<string, string | number>> = {
    apiId: facts.apiId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    path: request.path,
    protocol: 'HTTP/1.1',
    requestId: request.requestId,
    requestTime: clfTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt.getTime(),
    responseLatency: Date.now() - request.receivedAt.getTime(),
    integrationLatency: Date.now() - request.receivedAt.getTime(),
    responseLength: response.body.length,
    routeKey: facts.routeKey,
    stage: facts.stage,
    status: response.status,
  };
  return format.replace(/\$context\.([A-Za-z.]+)/g, (_match, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // Quotes and control characters are escaped, as in API Gateway's JSON formats.
    return value === undefined ? '-' : JSON.stringify(String(value)).slice(1, -1);
  });
};
