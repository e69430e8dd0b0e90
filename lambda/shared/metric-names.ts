/** The metrics that functions emit and alarms watch. Dimensions are `service` (the function) and `Stage`, nothing a caller chooses. */
export const metricNamespace = 'TwilioWebhookGateway';
export const serviceDimension = 'service';
export const stageDimension = 'Stage';

export const metricNames = [
  // ingress
  'Accepted',
  'SignatureRejected',
  /** Signed, but unusable: tampering across a parameter boundary, or a change at Twilio. */
  'UnusableRequest',
  /** A wrong user name or password. A challenge is not counted: Twilio's first request has no credentials. */
  'BasicRejected',
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
