import { routeNames, type RouteName } from '../lambda/shared/routes';
import { signableUrl } from '../lambda/shared/signature';
import {
  stackName,
  stackOutputs,
  webhookUrlOutputs,
  readAccountSecretArns,
  readBreakerOutputs,
  basicAuthSecretOutput,
} from '../lambda/shared/stack-outputs';
import { CliError } from './cli-error';
import type { Target, TargetSources, WebhookAddress } from './target';

/**
 * A deployed stage, found by the outputs of its stack.
 * @throws CliError if the stack does not exist or lacks an output
 */
export const stageTarget = async (
  stage: string,
  sources: Pick<TargetSources, 'stackOutputs'>,
): Promise<Target> => {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(stage)) {
    throw new CliError(
      'A stage name begins with a letter and has letters, digits and hyphens, for example --stage dev.',
      2,
    );
  }
  const stack = stackName(stage);
  const outputs = await sources.stackOutputs(stack);
  if (outputs === undefined) {
    throw new CliError(
      `There is no stack ${stack} in this AWS account and region. ` +
        `Deploy it with \`npx cdk deploy ${stack}\`, or check AWS_PROFILE and AWS_REGION.`,
    );
  }
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined || value === '') {
      throw new CliError(
        `The stack ${stack} has no output ${name}: another version deployed it. Run \`npx cdk deploy ${stack}\`.`,
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
      // The output carries connection overrides (#rc=…) for the Twilio console; they are neither posted nor signed.
      const url = signableUrl(output(webhookUrlOutputs[route]));
      return [route, { postUrl: url, signedUrl: url }];
    }),
  );
  const basicAuthSecretId = outputs[basicAuthSecretOutput];
  const alarmTopicArn = outputs[stackOutputs.alarmTopicArn];
  const breaker = readBreakerOutputs(outputs);
  return {
    name: `stage ${stage}`,
    stage,
    ...(basicAuthSecretId === undefined ? {} : { basicAuthSecretId }),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(breaker === undefined ? {} : { breaker }),
    // fromEntries forgets the key type; the entries are made from routeNames.
    webhooks: webhooks as Record<RouteName, WebhookAddress>,
    eventQueueUrl: output(stackOutputs.eventQueueUrl),
    deadLetterQueueUrl: output(stackOutputs.deadLetterQueueUrl),
    tableName: output(stackOutputs.tableName),
    secretIds: accountSecretIds(),
    connection: { kind: 'sdk' },
  };
};
