import type { RouteName } from '../contract/routes';

/** The parts of an HTTP request that decide whether it is accepted as a webhook. */
export interface WebhookRequest {
  /** Undefined if the API has a route that this code does not know. */
  readonly route: RouteName | undefined;
  readonly method: string;
  /** The host name of the request, in lower case. */
  readonly domainName: string;
  /** The query verbatim, without `?`. */
  readonly query: string;
  /** A header by its name in lower case, whatever case it came in; repeated ones are joined with commas. */
  header(name: string): string | undefined;
  readonly bodyBytes: number;
  /** The body as it was sent, or undefined where its base64 is malformed. */
  readBody(): Buffer | undefined;
}
