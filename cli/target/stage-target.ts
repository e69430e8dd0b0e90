import { gatewaysOf, stackName } from '../../lambda/shared/contract/stack-outputs';
import { CliError } from '../terminal/cli-error';
import { hasStagesFile } from '../terminal/program-name';
import { targetOfOutputs } from './deployed-target';
import { chooseGateway } from './stack-target';
import type { DeployedStack, Target, TargetSources } from './target';

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
        `Deploy it with \`npx cdk deploy ${name}\`, or check AWS_PROFILE and AWS_REGION` +
        (hasStagesFile ? ', and env of the stage in lib/stages.ts.' : '; --stack finds a stack of another name.'),
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
  const gateways = gatewaysOf(outputs);
  // A stack of an older version lacks some outputs, so no gateway is found. Its outputs have no prefix.
  const prefix = gateways.size === 0 || gateways.has('') ? '' : chooseGateway(stack, outputs, undefined);
  return {
    name: `stage ${stage}`,
    stage,
    ...targetOfOutputs(gateways.get(prefix) ?? outputs, stack),
    ...(settings === undefined ? {} : { settings }),
    stack: deployed,
    ...(prefix === '' ? {} : { prefix }),
    connection: { kind: 'sdk', ...(region === undefined ? {} : { region }) },
  };
};
