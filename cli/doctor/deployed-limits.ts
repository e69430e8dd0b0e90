import { awsLimits } from './capacity-model';
import type { Target } from '../target/target';

/** What a stage may take, as it is deployed. */
export interface DeployedLimits {
  readonly batchSize: number;
  readonly consumerMaxConcurrency: number;
  /** The most that each function after the consumer may run at once, with its name. */
  readonly others: readonly { readonly name: string; readonly maxConcurrency: number }[];
  /** Undefined where the API is not the stage's own. */
  readonly throttleRate?: number;
  /** Executions that are reserved for ingress; undefined if none are. */
  readonly reservedForIngress?: number;
  readonly asksForReplies: boolean;
}

interface Resource {
  readonly Type?: unknown;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Properties = Readonly<Record<string, unknown>>;

/** A value that CloudFormation computes is not known. */
const numberAt = (properties: Properties, ...path: readonly string[]): number | undefined => {
  const value = path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Properties)[key] : undefined),
    properties,
  );
  return typeof value === 'number' ? value : undefined;
};

/** A mapping without a limit. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const unlimited = 1_000;

/** A batch of each shard of a stream at once, or of a queue as many as its mapping allows. */
const concurrencyOf = (mapping: Properties): number =>
  mapping['StartingPosition'] === undefined
    ? (numberAt(mapping, 'ScalingConfig', 'MaximumConcurrency') ?? unlimited)
    : awsLimits.newTablePartitions * (numberAt(mapping, 'ParallelizationFactor') ?? 1);

const resourcesOf = (template: string): readonly (readonly [string, Resource])[] => {
  try {
    const { Resources = {} } = JSON.parse(template) as { readonly Resources?: Readonly<Record<string, Resource>> };
    return Object.entries(Resources);
  } catch {
    return [];
  }
};

/** Functions of the gateway. */
const functions = new Map([
  ['EventTopic', 'publisher'],
  ['Breaker', 'breaker'],
  ['FallbackLane', 'fallback'],
]);

/** `EventsWelcomeEventSource0123ABCD`: the handler `Welcome`. */
const nameOf = (id: string): string => {
  const [, name = id] = /^(?:Events)?(.*?)EventSource[0-9A-F]{8}$/.exec(id) ?? [];
  return functions.get(name) ?? `handler ${name}`;
};

/**
 * The limits in the template of a stack.
 * @param prefix of the gateway's logical ids
 * @returns undefined if it has no consumer whose concurrency is a number
 */
export const limitsOfTemplate = (template: string, prefix: string): DeployedLimits | undefined => {
  const own = resourcesOf(template).flatMap(([id, { Type, Properties = {} }]) =>
    id.startsWith(prefix) ? [{ id: id.slice(prefix.length), type: Type, properties: Properties }] : [],
  );
  const find = (type: string, begin: RegExp) => own.filter(({ id, type: found }) => found === type && begin.test(id));
  const [consumer] = find('AWS::Lambda::EventSourceMapping', /^Consumer/);
  const [ingress] = find('AWS::Lambda::Function', /^Ingress/);
  const [stage] = find('AWS::ApiGatewayV2::Stage', /^FrontDoor/);
  const consumerMaxConcurrency = numberAt(consumer?.properties ?? {}, 'ScalingConfig', 'MaximumConcurrency');
  if (consumer === undefined || consumerMaxConcurrency === undefined) return undefined;
  const throttleRate = numberAt(stage?.properties ?? {}, 'DefaultRouteSettings', 'ThrottlingRateLimit');
  const reserved = numberAt(ingress?.properties ?? {}, 'ReservedConcurrentExecutions');
  const { Variables = {} } = (ingress?.properties['Environment'] ?? {}) as { readonly Variables?: Properties };
  return {
    batchSize: numberAt(consumer.properties, 'BatchSize') ?? 10,
    consumerMaxConcurrency,
    others: [
      ...find('AWS::Lambda::EventSourceMapping', /^(?:Events|Breaker|FallbackLane)/).map(({ id, properties }) => ({
        name: nameOf(id),
        maxConcurrency: concurrencyOf(properties),
      })),
      ...find('AWS::Lambda::Function', /^Reconciler/).map(() => reconciler),
    ],
    ...(throttleRate === undefined ? {} : { throttleRate }),
    ...(reserved === undefined ? {} : { reservedForIngress: reserved }),
    asksForReplies: 'REPLY_FUNCTION_NAME' in Variables,
  };
};

/** Its schedule invokes it once, and again only after its timeout. */
const reconciler = { name: 'reconciler', maxConcurrency: 1 };

/** The default of a handler's `maxConcurrency`, and what the breaker and the fallback lane have. */
const smallest = 2;

/** What lib/stages.ts says, where the template cannot be read. Handlers are assumed to have the default. */
export const limitsOfSettings = ({
  settings,
  handlers = [],
  topicArn,
  breaker,
  fallback,
  reconcilerSecretId,
}: Target): DeployedLimits | undefined =>
  settings === undefined
    ? undefined
    : {
        batchSize: 10,
        consumerMaxConcurrency: settings.consumerMaxConcurrency,
        others: [
          ...(topicArn === undefined ? [] : [{ name: 'publisher', maxConcurrency: awsLimits.newTablePartitions }]),
          ...handlers.map(({ name }) => ({ name: `handler ${name}`, maxConcurrency: smallest })),
          ...(breaker === undefined ? [] : [{ name: 'breaker', maxConcurrency: smallest }]),
          ...(fallback === undefined ? [] : [{ name: 'fallback', maxConcurrency: smallest }]),
          ...(reconcilerSecretId === undefined ? [] : [reconciler]),
        ],
        throttleRate: settings.throttle.rateLimit,
        asksForReplies: false,
      };
