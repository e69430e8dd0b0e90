import type { BreakerTrigger } from '../breaker/breaker-trigger';
import type { RouteName } from './routes';

/** Names of the stack's outputs that programs read: the CLI from CloudFormation, the local gateway from the template. */
export const stackOutputs = {
  baseUrl: 'BaseUrl',
  tableName: 'TableName',
  eventQueueUrl: 'EventQueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  /** ARNs, one per Twilio account, separated by commas: the first of them, see `accountSecretOutput`. */
  accountSecretArns: 'AccountSecretArns',
  alarmTopicArn: 'AlarmTopicArn',
} as const;

/**
 * An output may hold about a thousand characters, so the ARNs of many accounts are in several: `AccountSecretArns`,
 * `AccountSecretArns2` and so on.
 * @param at from 0
 */
export const accountSecretOutput = (at: number): string =>
  at === 0 ? stackOutputs.accountSecretArns : `${stackOutputs.accountSecretArns}${at + 1}`;

/** The ARNs of all account secrets; empty where there is no such output. */
export const readAccountSecretArns = (output: (name: string) => string | undefined): readonly string[] => {
  const arns: string[] = [];
  for (let at = 0; ; at += 1) {
    const value = output(accountSecretOutput(at)) ?? '';
    if (value === '') return arns;
    arns.push(...value.split(',').map((arn) => arn.trim()));
  }
};

/** The output that only a stage with Basic authentication has: the ARN of the secret with the credentials. */
export const basicAuthSecretOutput = 'BasicAuthSecretArn';

/** What else the command must know of a stage, to answer as ingress does and to see what is missing. */
export const stageFactOutputs = {
  /** `true` or `false`: whether GET webhooks are accepted beside POST. */
  acceptGet: 'AcceptGet',
  /** The custom domain, which alone may be called; only a stage with one has it. */
  customDomain: 'CustomDomainName',
  /** `true` or `false`. */
  production: 'Production',
  region: 'Region',
} as const;

/** A stage, as its outputs tell. Basic authentication: `basicAuthSecretOutput`. */
export interface StageFacts {
  readonly acceptGet: boolean;
  readonly customDomain: string | undefined;
  readonly production: boolean;
  /** Undefined where another version deployed the stage. */
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
  /** Begins the name of one output for each trigger, `BreakerTrigger1` and so on: together they might be longer than an output may be. */
  triggerPrefix: 'BreakerTrigger',
} as const;

/** A stage's circuit breaker, as its outputs tell. */
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
export const readBreakerOutputs = (
  outputs: Readonly<Record<string, string | undefined>>,
): BreakerFacts | undefined => {
  const { secretArn, queueUrl, deadLetterQueueUrl, dryRun, triggerPrefix } = breakerOutputs;
  const secretId = outputs[secretArn];
  if (secretId === undefined || secretId === '') return undefined;
  return {
    secretId,
    queueUrl: outputs[queueUrl] ?? '',
    deadLetterQueueUrl: outputs[deadLetterQueueUrl] ?? '',
    // As for the function: only a clear `false` is in earnest.
    dryRun: outputs[dryRun] !== 'false',
    triggers: Object.entries(outputs).flatMap(([name, value]) =>
      name.startsWith(triggerPrefix) && /^\d+$/.test(name.slice(triggerPrefix.length))
        ? // The stack wrote it, of this type.
          [JSON.parse(value ?? '') as BreakerTrigger]
        : [],
    ),
  };
};

/** Webhook URLs ready to paste into the Twilio console, with connection overrides. */
export const webhookUrlOutputs: Readonly<Record<RouteName, string>> = {
  messages: 'MessagesWebhookUrl',
  status: 'StatusWebhookUrl',
  usage: 'UsageWebhookUrl',
  events: 'EventsWebhookUrl',
};

/** One stack per stage: `TwilioWebhookGateway-dev`. */
export const stackName = (stage: string): string => `TwilioWebhookGateway-${stage}`;
