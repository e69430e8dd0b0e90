import { gatewaysOf, stackOutputs, stageFactOutputs } from '../../lambda/shared/contract/stack-outputs';
import type { OtherStage } from '../clients/ports';
import { CliError } from '../terminal/cli-error';
import { choiceOption, type TargetChoice } from './choice';
import { targetOfOutputs } from './deployed-target';
import type { DeployedStack, Target, TargetSources } from './target';

type Outputs = Readonly<Record<string, string>>;
type Gateways = ReadonlyMap<string, Outputs>;

/** For `--gateway`: the outputs of a `GatewayStack` begin with nothing, and the id of its construct is `Default`. */
const optionOf = (prefix: string): string => (prefix === '' ? 'Default' : prefix);

const listed = (gateways: Gateways, stack: string): string =>
  [...gateways.keys()].map((prefix) => choiceOption({ stack, gateway: optionOf(prefix) }).trim()).join(', or ');

const noGateway = (stack: string, outputs: Outputs): CliError => {
  const names = Object.keys(outputs);
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
  return new CliError(
    `The stack ${stack} has no gateway. ` +
      (names.length === 0 ? 'It has no outputs' : `Its outputs are of something else: ${shown}`) +
      '. A gateway has outputs that end in EventQueueUrl, TableName and BaseUrl: name its stack with --stack.',
  );
};

/**
 * The gateway of a stack that `--gateway` names, or its only one.
 * @returns what its outputs begin with
 * @throws CliError if there is none, or several and none is named
 */
export const chooseGateway = (stack: string, outputs: Outputs, gateway: string | undefined): string => {
  const gateways = gatewaysOf(outputs);
  const prefixes = [...gateways.keys()];
  const [only] = prefixes;
  if (only === undefined) throw noGateway(stack, outputs);
  if (gateway !== undefined) {
    const named = prefixes.find((prefix) => optionOf(prefix) === gateway);
    if (named !== undefined) return named;
    throw new CliError(`The stack ${stack} has no gateway ${gateway}. It has: ${listed(gateways, stack)}.`, 2);
  }
  if (prefixes.length === 1) return only;
  throw new CliError(`The stack ${stack} has several gateways. Name one: ${listed(gateways, stack)}.`, 2);
};

const findStack = async (
  stack: string,
  region: string | undefined,
  sources: Pick<TargetSources, 'stack' | 'callerAccount'>,
): Promise<DeployedStack> => {
  const found = await sources.stack(stack, region);
  if (found !== undefined) return found;
  const caller = await sources.callerAccount(region);
  throw new CliError(
    `There is no stack ${stack} in ${caller === undefined ? 'this AWS account' : `the AWS account ${caller}`} and ` +
      `${region === undefined ? 'region' : `the region ${region}`}. \`npx cdk list\` shows the names of your stacks; ` +
      'AWS_PROFILE and AWS_REGION choose the account and the region.',
  );
};

/** The other gateways of the same stack. */
const otherGateways = (gateways: Gateways, own: string): readonly OtherStage[] =>
  [...gateways].flatMap(([prefix, outputs]) =>
    prefix === own
      ? []
      : [
          {
            name: outputs[stageFactOutputs.stage] ?? optionOf(prefix),
            ...(outputs[stackOutputs.baseUrl] === undefined ? {} : { baseUrl: outputs[stackOutputs.baseUrl] }),
          },
        ],
  );

/**
 * A gateway of any stack, found by the outputs of the stack.
 * @throws CliError if there is no such stack or gateway, or it lacks an output
 */
export const stackTarget = async (
  { stack, gateway }: TargetChoice & { readonly stack: string },
  sources: Pick<TargetSources, 'region' | 'stack' | 'callerAccount'>,
): Promise<{ readonly target: Target; readonly others: readonly OtherStage[] }> => {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stack)) {
    throw new CliError('--stack takes the name of a CloudFormation stack: letters, digits and hyphens.', 2);
  }
  const region = await sources.region(undefined);
  const { outputs, ...deployed } = await findStack(stack, region, sources);
  const gateways = gatewaysOf(outputs);
  const prefix = chooseGateway(stack, outputs, gateway);
  const own = gateways.get(prefix) ?? {};
  const stage = own[stageFactOutputs.stage] ?? '';
  const isOnly = gateways.size === 1;
  const target: Target = {
    name: isOnly ? `stack ${stack}` : `gateway ${optionOf(prefix)} of stack ${stack}`,
    ...(stage === '' ? {} : { stage }),
    choice: { stack, ...(isOnly ? {} : { gateway: optionOf(prefix) }) },
    ...targetOfOutputs(own, stack),
    stack: deployed,
    ...(prefix === '' ? {} : { prefix }),
    connection: { kind: 'sdk', ...(region === undefined ? {} : { region }) },
  };
  return { target, others: otherGateways(gateways, prefix) };
};
