import { routeNames, type RouteName } from '../../lambda/shared/contract/routes';
import { signableUrl } from '../../lambda/shared/signature/signable-url';
import {
  stackName,
  stackOutputs,
  webhookUrlOutputs,
  readAccountSecretArns,
  readBreakerOutputs,
  readHandlerOutputs,
  basicAuthSecretOutput,
  readStageFacts,
} from '../../lambda/shared/contract/stack-outputs';
import { CliError } from '../terminal/cli-error';
import type { Target, TargetSources, WebhookAddress } from './target';
import type { DeployedStack } from './target';

type StageSources = Pick<TargetSources, 'settings' | 'region' | 'stack' | 'callerAccount'>;

const wrongAccount = (stage: string, expected: string, actual: string | undefined): CliError =>
  new CliError(
    `Stage ${stage} belongs to the AWS account ${expected} (env in lib/stages.ts), ` +
      `and these AWS credentials belong to ${actual === undefined ? 'an unknown account' : `the account ${actual}`}. ` +
      'Set AWS_PROFILE to a profile of the stage’s account.',
  );

/**
 * The stack of a stage, in the stage's own region and account: a stack of the same name elsewhere is another gateway.
 * @throws CliError if there is none, or the credentials belong to another account
 */
const findStack = async (
  stage: string,
  { account, region }: { readonly account?: string; readonly region: string | undefined },
  sources: StageSources,
): Promise<DeployedStack> => {
  const name = stackName(stage);
  const found = await sources.stack(name, region);
  if (found === undefined) {
    const caller = await sources.callerAccount(region);
    if (account !== undefined && caller !== undefined && caller !== account) {
      throw wrongAccount(stage, account, caller);
    }
    throw new CliError(
      `There is no stack ${name} in ${caller === undefined ? 'this AWS account' : `the AWS account ${caller}`} and ` +
        `${region === undefined ? 'region' : `the region ${region}`}. ` +
        `Deploy it with \`npx cdk deploy ${name}\`, or check AWS_PROFILE and AWS_REGION, ` +
        'and env of the stage in lib/stages.ts.',
    );
  }
  if (account !== undefined && found.account !== account) throw wrongAccount(stage, account, found.account);
  return found;
};

/**
 * A deployed stage, found by the outputs of its stack.
 * @throws CliError if the stack does not exist, lacks an output, or is not in the stage's account
 */
export const stageTarget = async (stage: string, sources: StageSources): Promise<Target> => {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(stage)) {
    throw new CliError(
      'A stage name begins with a letter and contains letters, digits and hyphens, for example --stage dev.',
      2,
    );
  }
  const stack = stackName(stage);
  const settings = await sources.settings(stage);
  const region = await sources.region(settings?.region);
  const where = { ...(settings?.account === undefined ? {} : { account: settings.account }), region };
  const { outputs, ...deployed } = await findStack(stage, where, sources);
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
  const alarmTopicArn = outputs[stackOutputs.alarmTopicArn];
  const breaker = readBreakerOutputs(outputs);
  const { acceptGet, customDomain } = readStageFacts((fact) => outputs[fact]);
  return {
    name: `stage ${stage}`,
    stage,
    ...(basicAuthSecretId === undefined ? {} : { basicAuthSecretId }),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(breaker === undefined ? {} : { breaker }),
    ...readHandlerOutputs(outputs),
    acceptGet,
    ...(customDomain === undefined ? {} : { customDomain }),
    // fromEntries widens the keys to string; they are the routeNames.
    webhooks: webhooks as Record<RouteName, WebhookAddress>,
    baseUrl: output(stackOutputs.baseUrl),
    eventQueueUrl: output(stackOutputs.eventQueueUrl),
    deadLetterQueueUrl: output(stackOutputs.deadLetterQueueUrl),
    tableName: output(stackOutputs.tableName),
    secretIds: accountSecretIds(),
    ...(settings === undefined ? {} : { settings }),
    stack: deployed,
    connection: { kind: 'sdk', ...(region === undefined ? {} : { region }) },
  };
};
