import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { eventTypes, type EventType } from '../../lambda/shared/events/gateway-event';

/** The receiver of the events: a file of yours, a function of yours, or an existing queue. */
export type EventReceiver =
  | {
      /** A file of the project that exports `handler`, such as `handlers/reply.ts`. It is bundled by esbuild. */
      readonly entry: string;
      /**
       * Lambda ends an invocation after this time, 3 seconds to 15 minutes. A message is invisible for six times as
       * long.
       * @default 30 seconds
       */
      readonly timeout?: Duration;
      /** In megabytes. @default 512 */
      readonly memorySizeMb?: number;
      /** @default none */
      readonly environment?: Readonly<Record<string, string>>;
      /** The function may read these secrets. The variable of each name has the secret's ARN. @default none */
      readonly secrets?: Readonly<Record<string, ISecret>>;
      /** Whether the handler may answer the sender: it may read the stage's reply credentials. @default false */
      readonly reply?: boolean;
    }
  | {
      /** Must use `onMessage`, `onStatusChange` or `onEvent` of `lambda/handlers`. Its own timeout applies. */
      readonly handler: Function;
    }
  | {
      /** A queue of this AWS account. The stack creates nothing but the subscription. */
      readonly queue: IQueue;
    };

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
   * Events that are handled at once, 2 to 1,000, each of another conversation; with `ordering: 'none'`, batches of up
   * to ten events.
   * @default 5
   */
  readonly maxConcurrency?: number;
}

export type MessageSubscription = EventReceiver & DeliveryOptions;

export type StatusSubscription = EventReceiver &
  DeliveryOptions & {
    /** Only final statuses: delivered, read, undelivered, failed, canceled, partially_delivered. @default false */
    readonly terminalOnly?: boolean;
  };

export type EventSubscription = EventReceiver & DeliveryOptions & { readonly types: readonly EventType[] };

export type AnySubscription = EventReceiver &
  DeliveryOptions & { readonly types: readonly EventType[]; readonly terminalOnly?: boolean };

const namePattern = /^[A-Z][A-Za-z0-9]{0,19}$/;
/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const maxCombinations = 150;
/** Constructs next to the handlers. */
const reservedNames = ['Alarms', 'EventTopic', 'HandledEvents', 'ReplyCredentials'];
const addressPattern = /^[^\s*]+\*?$/;

/** @throws Error that names every bad option */
export const checkSubscription = (name: string, options: AnySubscription, payload: 'full' | 'reference'): void => {
  const { types, to = [], from = [], ordering = 'conversation', maxReceives = 5, maxConcurrency = 5 } = options;
  const receivers = ['entry', 'handler', 'queue'].filter((key) => key in options);
  const wrongTypes = types.filter((type) => !eventTypes.includes(type));
  const problems = [
    ...(namePattern.test(name) ? [] : [`the name must match ${namePattern.source}`]),
    ...(reservedNames.includes(name) ? [`the names ${reservedNames.join(', ')} are taken`] : []),
    ...(receivers.length === 1 ? [] : ['give exactly one of entry, handler and queue']),
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
export const timeoutOf = (receiver: EventReceiver): Duration => {
  if ('handler' in receiver) return receiver.handler.timeout ?? Duration.seconds(3);
  return ('entry' in receiver ? receiver.timeout : undefined) ?? defaultTimeout;
};

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
