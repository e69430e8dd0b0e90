import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { QueryParameters } from './signed-urls';

/** What API Gateway sends to the authorizer of a `$connect` route, as far as it decides anything. */
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

/** Header names keep the case that the client gave them, and either map may be null. */
export const readHandshake = (event: ConnectEvent): Handshake => {
  const headers = new Map<string, string>();
  for (const [name, values] of merged(event.multiValueHeaders, event.headers)) {
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, [...(earlier === undefined ? [] : [earlier]), ...values].join(','));
  }
  return {
    query: merged(event.multiValueQueryStringParameters, event.queryStringParameters).flatMap(
      ([name, values]) => values.map((value) => [name, value] as const),
    ),
    header: (name) => headers.get(name),
    requestId: event.requestContext.requestId,
    sourceIp: event.requestContext.identity?.sourceIp,
  };
};

/** The map with all values of a name where there is one, else the map with the last value of each. */
const merged = (
  all: Readonly<Record<string, readonly string[] | undefined>> | null | undefined,
  last: Readonly<Record<string, string | undefined>> | null | undefined,
): readonly (readonly [string, readonly string[]])[] =>
  Object.entries(all ?? last ?? {}).map(([name, values = []]) => [name, [values].flat()]);
