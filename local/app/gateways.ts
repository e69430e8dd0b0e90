import { gatewaysOf, stackOutputs, stageFactOutputs } from '../../lambda/shared/contract/stack-outputs';
import type { TemplateOutput } from '../template/template';
import { UserError } from '../user-error';
import type { AppStack } from './cloud-assembly';

/** A gateway of a CDK app. */
export interface AppGateway {
  readonly stack: AppStack;
  /** The prefix of the names of its outputs: empty for a `GatewayStack`. */
  readonly prefix: string;
  /** The path of its construct, such as `MyStack/Twilio`. */
  readonly path: string;
  readonly stageName: string;
  /** Its outputs, by their names without the prefix. */
  readonly outputs: Readonly<Record<string, TemplateOutput>>;
}

export const findGateways = (stacks: readonly AppStack[]): readonly AppGateway[] =>
  stacks.flatMap((stack) =>
    [...gatewaysOf(stack.template.Outputs ?? {})].flatMap(([prefix, outputs]) => {
      const path = constructPath(stack, outputs[stackOutputs.eventQueueUrl]?.Value);
      const stage = outputs[stageFactOutputs.stage]?.Value;
      const stageName = typeof stage === 'string' ? stage : '';
      return path === undefined ? [] : [{ stack, prefix, path, stageName, outputs }];
    }),
  );

/** The queue of a gateway, below its construct. */
const queuePath = '/EventQueue/Queue/Resource';

/** @param queueUrl the output, a reference to the queue */
const constructPath = ({ template }: AppStack, queueUrl: unknown): string | undefined => {
  const { Ref: queue } = (queueUrl ?? {}) as { readonly Ref?: string };
  const path = template.Resources[queue ?? '']?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' && path.endsWith(queuePath) ? path.slice(0, -queuePath.length) : undefined;
};

/** Which gateway was asked for. */
export interface GatewayChoice {
  /** The value of `--stack`. */
  readonly stack?: string | undefined;
  /** The value of `--gateway`. */
  readonly gateway?: string | undefined;
}

/** The stage that runs where several gateways are possible. */
const developmentStage = 'dev';

/**
 * The one gateway that was asked for, or the only one, or the only one of the stage `dev`.
 * @param command what the user types to start this, for the suggestions
 * @throws UserError that lists the gateways and the options for each
 */
export const chooseGateway = (gateways: readonly AppGateway[], choice: GatewayChoice, command: string): AppGateway => {
  if (gateways.length === 0) {
    throw new UserError(
      'This app has no gateway: add new TwilioWebhookGateway(this, …) to one of its stacks, or start this command in ' +
        'the directory of another app.',
    );
  }
  const asked = gateways.filter((gateway) => isAsked(gateway, choice));
  const development = asked.filter(({ stageName }) => stageName === developmentStage);
  const [only] = asked.length === 1 ? asked : development;
  if (only !== undefined && (asked.length === 1 || development.length === 1)) return only;
  const problem = asked.length === 0 ? `This app has no gateway ${describe(choice)}` : 'This app has several gateways';
  const listed = asked.length === 0 ? gateways : asked;
  throw new UserError(
    [
      `${problem}. Choose one of these:`,
      ...listed.map((gateway) => `  ${command} ${optionsFor(gateway, gateways)}`),
    ].join('\n'),
  );
};

const isAsked = ({ stack, prefix }: AppGateway, choice: GatewayChoice): boolean =>
  (choice.stack === undefined || [stack.name, stack.artifactId, stack.displayName].includes(choice.stack)) &&
  (choice.gateway === undefined || nameOf(prefix) === choice.gateway);

/** The name of a gateway in `--gateway`. */
const nameOf = (prefix: string): string => prefix || 'Default';

const describe = ({ stack, gateway }: GatewayChoice): string =>
  [
    ...(stack === undefined ? [] : [`in the stack ${stack}`]),
    ...(gateway === undefined ? [] : [`named ${gateway}`]),
  ].join(' ');

/** The options that name a gateway, and no other of the app. */
const optionsFor = ({ stack, prefix }: AppGateway, gateways: readonly AppGateway[]): string => {
  const sameStack = gateways.filter((other) => other.stack.artifactId === stack.artifactId);
  return sameStack.length === 1 ? `--stack ${stack.name}` : `--stack ${stack.name} --gateway ${nameOf(prefix)}`;
};
