import type { IncomingMessage } from 'node:http';
import type { ApiIdentity } from '../http-api/api-event';

/** One connection. */
export interface Connection {
  readonly connectionId: string;
  readonly connectedAt: Date;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The authorizer's context, passed to the integrations. */
  readonly authorizer: Readonly<Record<string, unknown>> | undefined;
}

export type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
export const requestContext = (
  api: ApiIdentity,
  connection: Connection,
  event: { readonly eventType: EventType; readonly routeKey: string; readonly requestId: string },
) => ({
  ...event,
  messageDirection: 'IN',
  stage: api.stage,
  apiId: api.apiId,
  domainName: api.domainName,
  connectionId: connection.connectionId,
  connectedAt: connection.connectedAt.getTime(),
  extendedRequestId: event.requestId,
  requestTime: new Date().toUTCString(),
  requestTimeEpoch: Date.now(),
  identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
  ...(connection.authorizer === undefined ? {} : { authorizer: connection.authorizer }),
});

type ByName<T> = Readonly<Record<string, T>>;

/** Headers in the client's case and decoded parameters of a handshake; null without parameters. */
export interface HandshakeParts {
  readonly headers: ByName<string>;
  readonly multiValueHeaders: ByName<readonly string[]>;
  readonly queryStringParameters: ByName<string> | null;
  readonly multiValueQueryStringParameters: ByName<readonly string[]> | null;
}

export const handshakeParts = (incoming: IncomingMessage, rawQuery: string): HandshakeParts => {
  const headers = Object.create(null) as Record<string, string[]>;
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    const name = incoming.rawHeaders[at] ?? '';
    headers[name] = [...(headers[name] ?? []), incoming.rawHeaders[at + 1] ?? ''];
  }
  const query = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(rawQuery)) query[name] = [...(query[name] ?? []), value];
  const last = (map: ByName<readonly string[]>): ByName<string> =>
    Object.fromEntries(Object.entries(map).map(([name, values]) => [name, values.at(-1) ?? '']));
  const hasQuery = Object.keys(query).length > 0;
  return {
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: hasQuery ? last(query) : null,
    multiValueQueryStringParameters: hasQuery ? query : null,
  };
};
