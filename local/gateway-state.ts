import { routeNames, type RouteName } from '../lambda/shared/contract/routes';
import {
  basicAuthSecretOutput,
  reconcilerSecretOutput,
  isBreakerOutput,
  isFallbackOutput,
  isHandlerOutput,
  readAccountSecretArns,
  readBreakerOutputs,
  readFallbackOutputs,
  readHandlerOutputs,
  stackOutputs,
  stageFactOutputs,
} from '../lambda/shared/contract/stack-outputs';
import { stagePath } from './http-api/http-api';
import { localRegion } from './server/aws-identity';
import type { LocalServices } from './services';
import type { LocalState } from './state-file';
import type { Resolve } from './template/intrinsics';
import type { Template } from './template/template';

/** The values of the template's outputs. */
export type OutputFacts = Pick<
  LocalState,
  | 'queues'
  | 'tableName'
  | 'secretIds'
  | 'acceptGet'
  | 'basicAuthSecretId'
  | 'breaker'
  | 'fallback'
  | 'handlers'
  | 'topicArn'
  | 'eventPayload'
  | 'replySecretId'
  | 'reconcilerSecretId'
>;

/**
 * Resolves only the outputs that are needed: another one may name a resource that exists on AWS only, such as a
 * custom domain.
 */
export const readOutputFacts = (template: Template, resolve: Resolve): OutputFacts => {
  const output = (name: string): string => String(resolve(template.Outputs?.[name]?.Value ?? ''));
  const outputsThat = (isNeeded: (name: string) => boolean): Record<string, string> =>
    Object.fromEntries(
      Object.keys(template.Outputs ?? {})
        .filter(isNeeded)
        .map((name) => [name, output(name)]),
    );
  const breaker = readBreakerOutputs(outputsThat(isBreakerOutput));
  const fallback = readFallbackOutputs(outputsThat(isFallbackOutput));
  const basicAuthSecretId = output(basicAuthSecretOutput);
  const reconcilerSecretId = output(reconcilerSecretOutput);
  return {
    queues: {
      events: output(stackOutputs.eventQueueUrl),
      deadLetters: output(stackOutputs.deadLetterQueueUrl),
    },
    tableName: output(stackOutputs.tableName),
    secretIds: readAccountSecretArns(output),
    acceptGet: output(stageFactOutputs.acceptGet) === 'true',
    ...(basicAuthSecretId === '' ? {} : { basicAuthSecretId }),
    ...(reconcilerSecretId === '' ? {} : { reconcilerSecretId }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(fallback === undefined ? {} : { fallback }),
    ...readHandlerOutputs(outputsThat(isHandlerOutput)),
  };
};

/** The state file's content for a running gateway. */
export const gatewayState = (
  facts: OutputFacts,
  { queues, dynamodb, secrets, sns }: LocalServices,
  origins: { readonly local: string; readonly public: string | undefined; readonly stage: string },
  twilioStandIn: LocalState['twilioStandIn'],
  monitoring: string,
  fallbackRegion: LocalState['fallbackRegion'],
): LocalState => {
  const baseUrl = `${origins.local}${stagePath(origins.stage)}`;
  // Exactly the names of the routes.
  const webhooks = Object.fromEntries(routeNames.map((name) => [name, `${baseUrl}/${name}`])) as Record<
    RouteName,
    string
  >;
  return {
    pid: process.pid,
    baseUrl,
    publicUrl: origins.public === undefined ? null : `${origins.public}${stagePath(origins.stage)}`,
    webhooks,
    endpoints: {
      sqs: queues.endpoint,
      dynamodb: dynamodb.endpoint,
      secretsmanager: secrets.endpoint,
      sns: sns.endpoint,
      monitoring,
    },
    ...facts,
    ...(fallbackRegion && { fallbackRegion: { url: fallbackRegion.url, queueUrl: fallbackRegion.queueUrl } }),
    ...(twilioStandIn === undefined ? {} : { twilioStandIn }),
    region: localRegion,
  };
};
