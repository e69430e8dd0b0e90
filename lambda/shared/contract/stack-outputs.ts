import type { BreakerTrigger } from '../breaker/breaker-trigger';
import type { RouteName } from './routes';

/** The stack's outputs that programs read: the CLI from CloudFormation, the local gateway from the template. */
export const stackOutputs = {
  baseUrl: 'BaseUrl',
  tableName: 'TableName',
  eventQueueUrl: 'EventQueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  /** ARNs, one per Twilio account, separated by commas. Many accounts have more outputs: see `accountSecretOutput`. */
  accountSecretArns: 'AccountSecretArns',
  alarmTopicArn: 'AlarmTopicArn',
} as const;

/** The outputs that only a stage with events or handlers has. */
export const eventOutputs = {
  topicArn: 'EventTopicArn',
  /** `full` or `reference`. */
  payload: 'EventPayload',
  unpublishedQueueUrl: 'UnpublishedEventsQueueUrl',
  undeliveredQueueUrl: 'UndeliveredEventsQueueUrl',
  /** Only where a handler replies. */
  replySecretArn: 'ReplySecretArn',
} as const;

/** The outputs of a handler, by its name. */
export const handlerOutputs = {
  queueUrl: (name: string): string => `Handler${name}QueueUrl`,
  deadLetterQueueUrl: (name: string): string => `Handler${name}DeadLetterQueueUrl`,
} as const;

/**
 * An output holds at most about a thousand characters, so the ARNs of many accounts are in several outputs:
 * `AccountSecretArns`, `AccountSecretArns2` and so on.
 * @param at from 0
 */
export const accountSecretOutput = (at: number): string =>
  at === 0 ? stackOutputs.accountSecretArns : `${stackOutputs.accountSecretArns}${at + 1}`;

/** The ARNs of all account secrets; empty if there is no such output. */
export const readAccountSecretArns = (output: (name: string) => string | undefined): readonly string[] => {
  const arns: string[] = [];
  for (let at = 0; ; at += 1) {
    const value = output(accountSecretOutput(at)) ?? '';
    if (value === '') return arns;
    arns.push(...value.split(',').map((arn) => arn.trim()));
  }
};

/** The ARN of the secret with the credentials. Only a stage with Basic authentication has this output. */
export const basicAuthSecretOutput = 'BasicAuthSecretArn';

/** The ARN of the secret with the API keys that read Twilio's lists. Only a stage with `reconciliation` has it. */
export const reconcilerSecretOutput = 'ReconcilerSecretArn';

/** The outputs that only a stage with `fallbackLane` has. */
export const fallbackOutputs = {
  /** The URL for Twilio, with connection overrides, which it does not sign. */
  url: 'FallbackUrl',
  queueUrl: 'FallbackQueueUrl',
  deadLetterQueueUrl: 'FallbackDeadLetterQueueUrl',
} as const;

/** The outputs that only a stage with `fallbackRegion` has. The URL is an output of the stack in that region. */
export const fallbackRegionOutputs = {
  region: 'FallbackRegionName',
  stackName: 'FallbackRegionStack',
  queueUrl: 'FallbackRegionQueueUrl',
} as const;

/** A stage's fallback lane. */
export interface FallbackFacts {
  /** As Twilio signs it. */
  readonly url: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Whether an output is one of the fallback lane's. */
export const isFallbackOutput = (name: string): boolean =>
  Object.values(fallbackOutputs).some((known) => known === name);

/** @returns undefined where the stage has no fallback lane */
export const readFallbackOutputs = (
  outputs: Readonly<Record<string, string | undefined>>,
): FallbackFacts | undefined => {
  const url = (outputs[fallbackOutputs.url] ?? '').replace(/#.*$/s, '');
  if (url === '') return undefined;
  return {
    url,
    queueUrl: outputs[fallbackOutputs.queueUrl] ?? '',
    deadLetterQueueUrl: outputs[fallbackOutputs.deadLetterQueueUrl] ?? '',
  };
};

/** A stage's fallback lane in another region. */
export interface FallbackRegionFacts {
  readonly region: string;
  /** Of the stack in that region. */
  readonly stackName: string;
}

/** @returns undefined where the stage has no lane in another region */
export const readFallbackRegionOutputs = (
  outputs: Readonly<Record<string, string | undefined>>,
): FallbackRegionFacts | undefined => {
  const { [fallbackRegionOutputs.region]: region, [fallbackRegionOutputs.stackName]: name } = outputs;
  return region === undefined || name === undefined ? undefined : { region, stackName: name };
};

/** The name of the bucket for media. Only a stage with the option `mediaBucket` has this output. */
export const mediaBucketOutput = 'MediaBucketName';

/** More settings of a stage that the CLI needs. */
export const stageFactOutputs = {
  /** `true` or `false`: whether GET webhooks are accepted as well as POST. */
  acceptGet: 'AcceptGet',
  /** The only host name that is accepted. Only a stage with a custom domain has this output. */
  customDomain: 'CustomDomainName',
  /** `true` or `false`. */
  production: 'Production',
  region: 'Region',
  /** The name of the stage, such as `dev`. */
  stage: 'StageName',
} as const;

/** The content of the outputs above. */
export interface StageFacts {
  readonly acceptGet: boolean;
  readonly customDomain: string | undefined;
  readonly production: boolean;
  /** Undefined if another version deployed the stage. */
  readonly region: string | undefined;
}

export const readStageFacts = (output: (name: string) => string | undefined): StageFacts => {
  const { acceptGet, customDomain, production, region } = stageFactOutputs;
  return {
    acceptGet: output(acceptGet) === 'true',
    customDomain: output(customDomain) || undefined,
    production: output(production) === 'true',
    region: output(region) || undefined,
  };
};

/** The outputs that only a stage with a circuit breaker has. */
export const breakerOutputs = {
  secretArn: 'BreakerSecretArn',
  queueUrl: 'BreakerQueueUrl',
  deadLetterQueueUrl: 'BreakerDeadLetterQueueUrl',
  /** `true` or `false`. */
  dryRun: 'BreakerDryRun',
  /** Prefix of one output for each trigger, `BreakerTrigger1` and so on: one output might be too short for all. */
  triggerPrefix: 'BreakerTrigger',
} as const;

/** A stage's circuit breaker. */
export interface BreakerFacts {
  readonly secretId: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly dryRun: boolean;
  readonly triggers: readonly BreakerTrigger[];
}

/** Whether an output is one of the breaker's. */
export const isBreakerOutput = (name: string): boolean =>
  Object.values(breakerOutputs).some((known) => name.startsWith(known));

/** @returns undefined where the stage has no breaker */
export const readBreakerOutputs = (outputs: Readonly<Record<string, string | undefined>>): BreakerFacts | undefined => {
  const { secretArn, queueUrl, deadLetterQueueUrl, dryRun, triggerPrefix } = breakerOutputs;
  const secretId = outputs[secretArn];
  if (secretId === undefined || secretId === '') return undefined;
  return {
    secretId,
    queueUrl: outputs[queueUrl] ?? '',
    deadLetterQueueUrl: outputs[deadLetterQueueUrl] ?? '',
    // As in the function: anything but `false` means dry run.
    dryRun: outputs[dryRun] !== 'false',
    triggers: Object.entries(outputs).flatMap(([name, value]) =>
      name.startsWith(triggerPrefix) && /^\d+$/.test(name.slice(triggerPrefix.length))
        ? // The stack writes outputs of this type.
          [JSON.parse(value ?? '') as BreakerTrigger]
        : [],
    ),
  };
};

/** A handler's queues. */
export interface HandlerQueues {
  readonly name: string;
  /** URLs. */
  readonly queue: string;
  readonly deadLetterQueue: string;
}

/** What a stage with handlers has. */
export interface HandlerFacts {
  /** Sorted by name; empty if the stage has no handlers. */
  readonly handlers: readonly HandlerQueues[];
  /** Absent if the stage publishes no events. */
  readonly topicArn?: string;
  /** What the events contain; absent if the stage publishes none. */
  readonly eventPayload?: 'full' | 'reference';
  /** The queue of events that SNS could not deliver; absent if the stage publishes none. */
  readonly undeliveredQueueUrl?: string;
  /** Absent if no handler replies. */
  readonly replySecretId?: string;
}

/** Whether an output is one of those that `readHandlerOutputs` reads. */
export const isHandlerOutput = (name: string): boolean =>
  [eventOutputs.topicArn, eventOutputs.payload, eventOutputs.undeliveredQueueUrl, eventOutputs.replySecretArn].some(
    (known) => known === name,
  ) || /^Handler\w+QueueUrl$/.test(name);

export const readHandlerOutputs = (outputs: Readonly<Record<string, string | undefined>>): HandlerFacts => {
  const topicArn = outputs[eventOutputs.topicArn] ?? '';
  const replySecretId = outputs[eventOutputs.replySecretArn] ?? '';
  const undeliveredQueueUrl = outputs[eventOutputs.undeliveredQueueUrl] ?? '';
  const handlers = Object.keys(outputs).flatMap((output) => {
    // A handler may itself be called `…DeadLetter`: only a name with both queues is one.
    const name = /^Handler(\w+)QueueUrl$/.exec(output)?.[1] ?? '';
    const queue = outputs[handlerOutputs.queueUrl(name)] ?? '';
    const deadLetterQueue = outputs[handlerOutputs.deadLetterQueueUrl(name)] ?? '';
    return queue === '' || deadLetterQueue === '' ? [] : [{ name, queue, deadLetterQueue }];
  });
  return {
    handlers: handlers.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(topicArn === ''
      ? {}
      : { topicArn, eventPayload: outputs[eventOutputs.payload] === 'reference' ? 'reference' : 'full' }),
    ...(undeliveredQueueUrl === '' ? {} : { undeliveredQueueUrl }),
    ...(replySecretId === '' ? {} : { replySecretId }),
  };
};

/** The webhook URLs to paste into the Twilio console, with connection overrides. */
export const webhookUrlOutputs: Readonly<Record<RouteName, string>> = {
  messages: 'MessagesWebhookUrl',
  status: 'StatusWebhookUrl',
  usage: 'UsageWebhookUrl',
  events: 'EventsWebhookUrl',
};

/** The outputs that every gateway has, whatever its version. */
const ownOutputs = [
  stackOutputs.baseUrl,
  stackOutputs.tableName,
  stackOutputs.eventQueueUrl,
  stackOutputs.deadLetterQueueUrl,
];

/**
 * The gateways of a stack, by what their output names begin with: nothing for a `GatewayStack`, `Twilio` for a
 * construct with that id.
 * @param outputs of the stack, by name
 * @returns for each gateway its own outputs, by their names without the beginning
 */
export const gatewaysOf = <Value>(
  outputs: Readonly<Record<string, Value>>,
): ReadonlyMap<string, Readonly<Record<string, Value>>> => {
  const names = Object.keys(outputs);
  const prefixes = names
    .filter((name) => name.endsWith(stackOutputs.eventQueueUrl))
    .map((name) => name.slice(0, -stackOutputs.eventQueueUrl.length))
    .filter((prefix) => ownOutputs.every((own) => `${prefix}${own}` in outputs));
  // An output of `TwilioTest` also begins with `Twilio`: the longest prefix is its gateway's.
  const longestFirst = prefixes.toSorted((a, b) => b.length - a.length);
  const prefixOf = (name: string) => longestFirst.find((prefix) => name.startsWith(prefix));
  return new Map(
    prefixes.map((prefix) => [
      prefix,
      Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => prefixOf(name) === prefix)
          .map(([name, value]) => [name.slice(prefix.length), value]),
      ),
    ]),
  );
};

/** One stack per stage: `TwilioWebhookGateway-dev`. */
export const stackName = (stage: string): string => `TwilioWebhookGateway-${stage}`;
