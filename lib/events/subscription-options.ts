import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { eventTypes, type EventType } from '../../lambda/shared/events/gateway-event';

/** The receiver of the events: exactly one of `entry`, `handler` and `queue`. */
export interface ReceiverOptions {
  /**
   * A file of yours that exports `handler`, such as `handlers/reply.ts`, absolute or relative to the directory that the
   * CDK app runs in. It is bundled by esbuild.
   * @default handler or queue is given
   */
  readonly entry?: string;
  /**
   * A function of yours that uses `onMessage`, `onStatusChange` or `onEvent` of the handler library. Its own timeout
   * applies.
   * @default entry or queue is given
   */
  readonly handler?: Function;
  /**
   * A queue of this AWS account. The gateway creates nothing but the subscription.
   * @default entry or handler is given
   */
  readonly queue?: IQueue;
  /**
   * Lambda ends an invocation of `entry` after this time, 3 seconds to 15 minutes. A message is invisible for six times
   * as long.
   * @default 30 seconds
   */
  readonly timeout?: Duration;
  /** The memory of the function of `entry`, in megabytes. @default 512 */
  readonly memorySizeMb?: number;
  /** Variables of the function of `entry`. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The function of `entry` may read these secrets. The variable of each name has the secret's ARN.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, ISecret>>;
  /**
   * Whether the function of `entry` may answer the sender: it may read the gateway's reply credentials. `grantReply`
   * does the same for a function of yours.
   * @default false
   */
  readonly reply?: boolean;
}

/** Which events the receiver gets, in which order, and how often it gets them. */
export interface DeliveryOptions {
  /** Only events of messages to these addresses. An address that ends in `*` is a prefix. @default all */
  readonly to?: readonly string[];
  /** Only events of messages from these addresses. An address that ends in `*` is a prefix. @default all */
  readonly from?: readonly string[];
  /**
   * `conversation` delivers the events of a conversation one at a time, in the order in which they were published. That
   * is the order in which they were stored, except that two messages stored within about a second of each other may be
   * swapped (docs/your-code.md). `none` does not wait: a failing event does not hold up any other.
   * @default 'conversation'
   */
  readonly ordering?: 'conversation' | 'none';
  /** How many times an event is delivered before it becomes a dead letter, 1 to 100. @default 5 */
  readonly maxReceives?: number;
  /**
   * How long a failed event waits before its second try, its third and so on. Later events of its conversation wait as
   * well. Tries after the last delay wait for the queue's visibility timeout, six times the function's timeout.
   * @default 1 second, 10 seconds, 1 minute
   */
  readonly retryDelays?: readonly Duration[];
  /**
   * Events that are handled at the same time, 2 to 1,000, each of another conversation; with `ordering: 'none'`,
   * batches of up to ten events. Handlers share the AWS account's concurrency with ingress (docs/capacity.md).
   * @default 2
   */
  readonly maxConcurrency?: number;
}

/** The options of `onMessage`. */
export interface MessageSubscription extends ReceiverOptions, DeliveryOptions {}

/** The options of `onStatusChange`. */
export interface StatusSubscription extends ReceiverOptions, DeliveryOptions {
  /** Only final statuses: delivered, read, undelivered, failed, canceled, partially_delivered. @default false */
  readonly terminalOnly?: boolean;
}

/** The options of `onEvent`. */
export interface EventSubscription extends ReceiverOptions, DeliveryOptions {
  /** The types of the events. */
  readonly types: readonly EventType[];
}

export interface AnySubscription extends StatusSubscription, EventSubscription {}

/** Options of the function that is created for `entry`. */
const entryOptions = ['timeout', 'memorySizeMb', 'environment', 'secrets', 'reply'] as const;

const namePattern = /^[A-Z][A-Za-z0-9]{0,19}$/;
/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const maxCombinations = 150;
/** Constructs next to the handlers. */
const reservedNames = ['Alarms', 'EventTopic', 'HandledEvents', 'ReplyCredentials'];
/** The least that Lambda allows: a new AWS account has ten executions at once for everything. */
export const defaultMaxConcurrency = 2;
const addressPattern = /^[^\s*]+\*?$/;

/** @throws Error that names every bad option */
export const checkSubscription = (name: string, options: AnySubscription, payload: 'full' | 'reference'): void => {
  const {
    types,
    to = [],
    from = [],
    ordering = 'conversation',
    maxReceives = 5,
    maxConcurrency = defaultMaxConcurrency,
  } = options;
  const receivers = [options.entry, options.handler, options.queue].filter((receiver) => receiver !== undefined);
  const useless = options.entry === undefined ? entryOptions.filter((key) => options[key] !== undefined) : [];
  const wrongTypes = types.filter((type) => !eventTypes.includes(type));
  const problems = [
    ...(namePattern.test(name) ? [] : [`the name must match ${namePattern.source}`]),
    ...(reservedNames.includes(name) ? [`the names ${reservedNames.join(', ')} are taken`] : []),
    ...(receivers.length === 1 ? [] : ['give exactly one of entry, handler and queue']),
    ...useless.map((key) => `${key} is for a handler with entry`),
    ...(types.length === 0 ? ['types is empty'] : []),
    ...wrongTypes.map((type) => `there is no type ${JSON.stringify(type)}: choose from ${eventTypes.join(', ')}`),
    ...[...to, ...from].filter((address) => !addressPattern.test(address)).map(() => 'to or from has a bad address'),
    ...(types.length * Math.max(to.length, 1) * Math.max(from.length, 1) > maxCombinations
      ? [`the numbers of types, to and from multiply to more than ${maxCombinations}, which SNS refuses`]
      : []),
    ...(payload === 'reference' && to.length + from.length > 0
      ? ["to and from need the stage's events.payload to be 'full'"]
      : []),
    ...timeProblems(options),
    ...(['conversation', 'none'].includes(ordering) ? [] : ["ordering must be 'conversation' or 'none'"]),
    ...(Number.isInteger(maxReceives) && maxReceives >= 1 && maxReceives <= 100
      ? []
      : ['maxReceives must be a whole number from 1 to 100']),
    ...(Number.isInteger(maxConcurrency) && maxConcurrency >= 2 && maxConcurrency <= 1_000
      ? []
      : ['maxConcurrency must be a whole number from 2 to 1000']),
  ];
  if (problems.length > 0) throw new Error(`Handler ${JSON.stringify(name)}: ${problems.join('; ')}.`);
};

/** With less than three seconds the library begins no event, because it needs some for itself. */
const [minTimeoutSeconds, maxTimeoutSeconds] = [3, 900];
/** SQS hides a message no longer: 12 hours. */
const maxRetryDelaySeconds = 43_200;
const defaultTimeout = Duration.seconds(30);

/** How long Lambda lets the function of a receiver run. */
export const timeoutOf = ({ handler, timeout = defaultTimeout }: ReceiverOptions): Duration =>
  handler === undefined ? timeout : (handler.timeout ?? Duration.seconds(3));

const isWholeSeconds = (duration: Duration, min: number, max: number): boolean => {
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= min && seconds <= max;
};

const timeProblems = (options: AnySubscription): readonly string[] => [
  ...(isWholeSeconds(timeoutOf(options), minTimeoutSeconds, maxTimeoutSeconds)
    ? []
    : ['timeout must be 3 seconds to 15 minutes']),
  ...((options.retryDelays ?? []).every((delay) => isWholeSeconds(delay, 0, maxRetryDelaySeconds))
    ? []
    : ['retryDelays must be whole seconds, at most 12 hours each']),
];

/** The filter policy of the subscription: the topic delivers only events with these attributes. */
export const filterPolicyOf = ({
  types,
  to = [],
  from = [],
  terminalOnly = false,
}: AnySubscription): Record<string, SubscriptionFilter> => ({
  type: SubscriptionFilter.stringFilter({ allowlist: [...types] }),
  ...(to.length === 0 ? {} : { to: addressFilter(to) }),
  ...(from.length === 0 ? {} : { from: addressFilter(from) }),
  ...(terminalOnly ? { terminal: SubscriptionFilter.stringFilter({ allowlist: ['true'] }) } : {}),
});

const addressFilter = (addresses: readonly string[]): SubscriptionFilter => {
  const exact = addresses.filter((address) => !address.endsWith('*'));
  const prefixes = addresses.filter((address) => address.endsWith('*')).map((address) => address.slice(0, -1));
  return SubscriptionFilter.stringFilter({
    ...(exact.length === 0 ? {} : { allowlist: exact }),
    ...(prefixes.length === 0 ? {} : { matchPrefixes: prefixes }),
  });
};
