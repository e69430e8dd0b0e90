/**
 * The metrics that functions emit and alarms watch. The dimensions are `service` (the function) and `Stage`. No
 * dimension has a value that a caller chooses.
 */
export const metricNamespace = 'TwilioWebhookGateway';
export const serviceDimension = 'service';
export const stageDimension = 'Stage';

export const metricNames = [
  // ingress
  'Accepted',
  /** Canaries that were accepted. They are not counted as `Accepted`. */
  'CanaryAccepted',
  'SignatureRejected',
  /** API Gateway's event has a body that is not base64. */
  'UnusableRequest',
  /** A wrong user name or password. */
  'BasicRejected',
  /**
   * A request without credentials, which was challenged. Twilio begins each webhook this way; without a second request
   * the webhook is lost.
   */
  'BasicChallenge',
  /** A secret is missing, denied, malformed, or still the placeholder. */
  'ConfigError',
  'SecretUnavailable',
  'StaleSecretUsed',
  'EnqueueFailed',
  'InternalError',
  /** The reply function gave no usable answer in time, so the message got the static reply or none. */
  'ReplyFallback',
  // consumer
  'RecordStored',
  'Duplicate',
  /** Counted besides `Duplicate`: SQS has delivered a record again that was stored before. */
  'Redelivered',
  /** A record that was made from Twilio's list, whatever became of it. */
  'BackfillReceived',
  'RecordFailed',
  'PoisonEnvelope',
  'StatusConflict',
  'UnknownStatus',
  /** Verified and stored, but not what its route expects. */
  'UnrecognizedWebhook',
  /** A known signed text with other boundaries between names and values. Nothing is stored. */
  'OtherReading',
  /** A known signed text with another idempotency token from Twilio. Nothing is stored. */
  'RepeatedText',
  /** An id chosen by the sender that other content already has. Both are stored. */
  'OtherContent',
  // breaker
  'BreakerTripped',
  /** The breaker would have tripped, but is in dry run. */
  'BreakerWouldTrip',
  'BreakerAlreadyStopped',
  /** A trigger event that is not acted on and should not have come. */
  'BreakerRefused',
  /** A trigger event that is not acted on, because of an earlier decision or because its date is unusable. */
  'BreakerSuppressed',
  'BreakerFailed',
  'BreakerDrill',
  // publisher
  'EventPublished',
  /** A batch of changes stopped at an event that could not be published; Lambda tries it again. */
  'PublishFailed',
  // reconciler
  /** Messages and statuses that Twilio lists and the table does not have. */
  'MissedWebhooks',
  /** How many of them were put on the event queue. */
  'BackfilledMessages',
  /** Seconds since the last complete comparison with Twilio's list; of several accounts the longest. */
  'ReconciliationLag',
  // canary
  /** Runs in which the canary of every account came through. */
  'CanarySucceeded',
  'CanaryFailed',
  /** Accounts of which Twilio did not say whether it accepts the token: it failed, or was not reached. */
  'CanaryTokenUnknown',
  /** Milliseconds from sending the slowest canary of a run until it was seen. */
  'CanaryLatency',
  // fallback
  /** A webhook that came through the fallback lane: Twilio could not use the answer of `/messages`. */
  'FallbackAccepted',
  /** A request of the fallback lane that Twilio did not sign. Nothing is stored. */
  'FallbackRejected',
  /** A request of the fallback lane that could not be verified or enqueued. The queue delivers it again. */
  'FallbackFailed',
  // drain
  /** A message that was taken home from the fallback lane of another region. */
  'FallbackDrained',
  /** A run that took home whatever it found. */
  'DrainSucceeded',
  /** A run that could not take every message home. They stay in the other region. */
  'DrainFailed',
  // handlers
  'HandlerSucceeded',
  /** An event that the handler had handled before: it came twice. */
  'HandlerDuplicate',
  'HandlerFailed',
  'HandlerDeadLettered',
] as const;

export type MetricName = (typeof metricNames)[number];

/** The units of metrics that do not count. */
export const metricUnits: Readonly<Partial<Record<MetricName, 'Milliseconds'>>> = { CanaryLatency: 'Milliseconds' };
