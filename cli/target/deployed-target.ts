import { routeNames, type RouteName } from '../../lambda/shared/contract/routes';
import {
  basicAuthSecretOutput,
  mediaBucketOutput,
  reconcilerSecretOutput,
  readAccountSecretArns,
  readBreakerOutputs,
  readFallbackOutputs,
  readFallbackRegionOutputs,
  readHandlerOutputs,
  readStageFacts,
  stackOutputs,
  webhookUrlOutputs,
} from '../../lambda/shared/contract/stack-outputs';
import { signableUrl } from '../../lambda/shared/signature/signable-url';
import { CliError } from '../terminal/cli-error';
import { fallbackTarget, type Target, type WebhookAddress } from './target';

type Outputs = Readonly<Record<string, string>>;

/**
 * What a deployed gateway's outputs say about it.
 * @param outputs by the names that they have in a `GatewayStack`
 * @param stack its name, for an error
 * @throws CliError for an output that is missing
 */
export const targetOfOutputs = (
  outputs: Outputs,
  stack: string,
): Omit<Target, 'name' | 'stage' | 'settings' | 'stack' | 'connection' | 'choice'> => {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined || value === '') {
      throw new CliError(
        `The stack ${stack} has no output ${name}: it was deployed by another version. ` +
          `Run \`npx cdk deploy ${stack}\`.`,
      );
    }
    return value;
  };
  const accountSecretIds = (): readonly string[] => {
    output(stackOutputs.accountSecretArns);
    return readAccountSecretArns((name) => outputs[name]);
  };
  const webhooks = Object.fromEntries(
    routeNames.map((route): [string, WebhookAddress] => {
      // The output has connection overrides (#rc=…) for the Twilio console; they are neither posted nor signed.
      const url = signableUrl(output(webhookUrlOutputs[route]));
      return [route, { postUrl: url, signedUrl: url }];
    }),
  );
  const basicAuthSecretId = outputs[basicAuthSecretOutput];
  const mediaBucket = outputs[mediaBucketOutput];
  const reconcilerSecretId = outputs[reconcilerSecretOutput];
  const alarmTopicArn = outputs[stackOutputs.alarmTopicArn];
  const breaker = readBreakerOutputs(outputs);
  const lane = readFallbackOutputs(outputs);
  const fallbackRegion = readFallbackRegionOutputs(outputs);
  const { acceptGet, customDomain, production } = readStageFacts((fact) => outputs[fact]);
  return {
    ...(basicAuthSecretId === undefined ? {} : { basicAuthSecretId }),
    ...(mediaBucket === undefined ? {} : { mediaBucket }),
    ...(reconcilerSecretId === undefined ? {} : { reconcilerSecretId }),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(lane === undefined ? {} : { fallback: fallbackTarget(lane, lane.url) }),
    ...(fallbackRegion === undefined ? {} : { fallbackRegion }),
    ...readHandlerOutputs(outputs),
    acceptGet,
    production,
    ...(customDomain === undefined ? {} : { customDomain }),
    // fromEntries widens the keys to string; they are the routeNames.
    webhooks: webhooks as Record<RouteName, WebhookAddress>,
    baseUrl: output(stackOutputs.baseUrl),
    eventQueueUrl: output(stackOutputs.eventQueueUrl),
    deadLetterQueueUrl: output(stackOutputs.deadLetterQueueUrl),
    tableName: output(stackOutputs.tableName),
    secretIds: accountSecretIds(),
  };
};
