import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { QueryParameters } from './signed-urls';

/** The parts that the authorizer reads of API Gateway's event for the route `$connect`. */
export type ConnectEvent = Pick<
  APIGatewayRequestAuthorizerEvent,
  'methodArn' | 'headers' | 'multiValueHeaders' | 'queryStringParameters' | 'multiValueQueryStringParameters'
> & {
  readonly requestContext: {
    readonly requestId?: string;
    readonly identity?: { readonly sourceIp?: string };
  };
};

export interface Handshake {
  readonly query: QueryParameters;
  /** A header by its name in lower case, whatever case it came in; repeated ones are joined with commas. */
  header(name: string): string | undefined;
  readonly requestId: string | undefined;
  readonly sourceIp: string | undefined;
}

/** Header names have the client's case, and either map may be null. */
export const readHandshake = (event: ConnectEvent): Handshake => {
  const headers = new Map<string, string>();
  for (const [name, values] of merged(event.multiValueHeaders, event.headers)) {
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, [...(earlier === undefined ? [] : [earlier]), ...values].join(','));
  }
  return {
    query: merged(event.multiValueQueryStringParameters, event.queryStringParameters).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    ),
    header: (name) => headers.get(name),
    requestId: event.requestContext.requestId,
    sourceIp: event.requestContext.identity?.sourceIp,
  };
};

/** The map with all values of each name, or if it is null, the map with the last value of each. */
const merged = (
  all: Readonly<Record<string, readonly string[] | undefined>> | null | undefined,
  last: Readonly<Record<string, string | undefined>> | null | undefined,
): readonly (readonly [string, readonly string[]])[] =>
  Object.entries(all ?? last ?? {}).map(([name, values = []]) => [name, [values].flat()]);
