/**
 * The ingress function's environment: the stack sets exactly these, the handler reads exactly these.
 * All values are strings, as Lambda gives them.
 */
export interface IngressEnvironment {
  readonly STAGE_NAME: string;
  /** Scheme, host and stage as Twilio calls them, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/dev`; no trailing slash. */
  readonly PUBLIC_BASE_URL: string;
  readonly EVENT_QUEUE_URL: string;
  /** ARNs of the account secrets, one per Twilio account, separated by commas. */
  readonly ACCOUNT_SECRET_ARNS: string;
  /** How long a read secret is fresh, in seconds. */
  readonly SECRET_TTL_SECONDS: string;
  /** How long the AWSPREVIOUS token is still accepted after a rotation, in seconds. */
  readonly PREVIOUS_TOKEN_SECONDS: string;
  /** How long a read secret keeps working while Secrets Manager fails, in seconds. */
  readonly SECRET_MAX_STALE_SECONDS: string;
}
