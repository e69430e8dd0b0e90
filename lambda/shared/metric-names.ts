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
] as const;

export type MetricName = (typeof metricNames)[number];
