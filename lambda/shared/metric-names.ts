/** The metrics that functions emit and alarms watch. Dimensions are `service` (the function) and `Stage`, nothing a caller chooses. */
export const metricNamespace = 'TwilioWebhookGateway';
export const serviceDimension = 'service';
export const stageDimension = 'Stage';

export const metricNames = [
  // ingress
  'Accepted',
  'SignatureRejected',
  /** An event of API Gateway that is malformed: a body that is not the base64 that it claims to be. */
  'UnusableRequest',
  /** A wrong user name or password. */
  'BasicRejected',
  /**
   * A request without credentials, asked for some. Each webhook of Twilio's begins so; one that is never followed by
   * another is lost.
   */
  'BasicChallenge',
  /** A secret is missing, denied, malformed, or still the placeholder. */
  'ConfigError',
  'SecretUnavailable',
  'StaleSecretUsed',
  'EnqueueFailed',
  'InternalError',
  // consumer
  'RecordStored',
  'Duplicate',
  'RecordFailed',
  'PoisonEnvelope',
  'StatusConflict',
  'UnknownStatus',
  /** A verified webhook that could not be read as what its route expects: stored as it is. */
  'UnrecognizedWebhook',
  /** Another cut of a signed text that was read before: not stored. */
  'OtherReading',
  /** The same signed text with another idempotency token: a retry, or a replay. */
  'RepeatedText',
  /** An id that is taken by other content: stored beside it. */
  'OtherContent',
  // breaker
  'BreakerTripped',
  /** In dry run. */
  'BreakerWouldTrip',
  'BreakerAlreadyStopped',
  /** A firing that nothing is done about, and that should not have come. */
  'BreakerRefused',
  'BreakerReplayed',
  'BreakerFailed',
  'BreakerDrill',
] as const;

export type MetricName = (typeof metricNames)[number];
