/** The metrics that functions emit and alarms watch. Dimensions are `service` (the function) and `Stage`, nothing a caller chooses. */
export const metricNamespace = 'TwilioWebhookGateway';
export const serviceDimension = 'service';
export const stageDimension = 'Stage';

export const metricNames = [
  // ingress
  'Accepted',
  'SignatureRejected',
  /** API Gateway's event has a body that is not base64. */
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
  /** Verified, stored, but not what its route expects. */
  'UnrecognizedWebhook',
  /** A signed text that was read before, with other boundaries between names and values. Nothing is stored. */
  'OtherReading',
  /** A signed text that came again under another idempotency token of Twilio's. Nothing is stored. */
  'RepeatedText',
  /** An id that the sender chose is taken by other content. Both are stored. */
  'OtherContent',
  // breaker
  'BreakerTripped',
  /** In dry run. */
  'BreakerWouldTrip',
  'BreakerAlreadyStopped',
  /** A firing that nothing is done about, and that should not have come. */
  'BreakerRefused',
  /** A firing that nothing is done about, because an earlier decision is there or because its date cannot be used. */
  'BreakerSuppressed',
  'BreakerFailed',
  'BreakerDrill',
] as const;

export type MetricName = (typeof metricNames)[number];
