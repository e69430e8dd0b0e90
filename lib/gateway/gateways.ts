import { Aws, CfnOutput, Fn, Names, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

interface Gateway {
  readonly construct: Construct;
  readonly stageName: string;
}

/** The gateways of each app, by the app's root. */
const gatewaysOfApps = new WeakMap<IConstruct, Map<IConstruct, Gateway>>();

const gatewaysOfApp = (scope: IConstruct): Map<IConstruct, Gateway> => {
  const known = gatewaysOfApps.get(scope.node.root) ?? new Map<IConstruct, Gateway>();
  gatewaysOfApps.set(scope.node.root, known);
  return known;
};

/**
 * Remembers a gateway.
 * @throws Error if its metrics would mix with those of another gateway, or its outputs have the same names
 */
export const registerGateway = (gateway: Construct, stageName: string): void => {
  const others = gatewaysOfApp(gateway);
  for (const { construct: other, stageName: otherStageName } of others.values()) {
    if (otherStageName === stageName && shareMetrics(Stack.of(gateway), Stack.of(other))) {
      throw new Error(
        `${gateway.node.path}: ${other.node.path} has the stageName ${JSON.stringify(stageName)} as well. ` +
          'Give another one: the metrics of both would be one, and so would their alarms.',
      );
    }
    if (Stack.of(gateway) === Stack.of(other) && prefixOf(gateway) === prefixOf(other)) {
      throw new Error(`${gateway.node.path}: its outputs would have the names of ${other.node.path}. Give another id.`);
    }
  }
  others.set(gateway, { construct: gateway, stageName });
  // At synthesis, because handlers add outputs.
  gateway.node.addValidation({ validate: () => outputProblems(gateway) });
};

/** Whether two stacks are known to be in one account and region. */
const shareMetrics = (a: Stack, b: Stack): boolean =>
  a === b || (!Token.isUnresolved([a.account, a.region]) && a.account === b.account && a.region === b.region);

/** The gateway that a construct is part of. */
export const gatewayOf = (scope: IConstruct): Construct => {
  const gateways = gatewaysOfApp(scope);
  const found = scope.node.scopes.map((parent) => gateways.get(parent)).findLast((gateway) => gateway !== undefined);
  if (found === undefined) throw new Error(`${scope.node.path} is not part of a TwilioWebhookGateway.`);
  return found.construct;
};

const neighboursOf = (gateway: IConstruct): readonly IConstruct[] =>
  [...gatewaysOfApp(gateway).keys()].filter((other) => other !== gateway && Stack.of(other) === Stack.of(gateway));

/** Whether the gateway is not the only one of its stack. */
export const hasNeighbours = (gateway: IConstruct): boolean => neighboursOf(gateway).length > 0;

/** Outputs that begin like another gateway's, as `TwilioEventsWebhookUrl` where one is called `TwilioEvents`. */
const outputProblems = (gateway: IConstruct): string[] => {
  const prefix = prefixOf(gateway);
  const names = gateway.node.children.filter((child) => child instanceof CfnOutput).map(({ node }) => prefix + node.id);
  return neighboursOf(gateway).flatMap((other) => {
    const otherPrefix = prefixOf(other);
    const [name] = otherPrefix.length > prefix.length ? names.filter((own) => own.startsWith(otherPrefix)) : [];
    return name === undefined ? [] : [`Its output ${name} begins like those of ${other.node.path}. Give another id.`];
  });
};

const prefixOf = (gateway: IConstruct): string => {
  const { scopes } = gateway.node;
  return scopes
    .slice(scopes.indexOf(Stack.of(gateway)) + 1)
    .map(({ node }) => (node.id === 'Default' ? '' : node.id.replaceAll(/[^A-Za-z0-9]/g, '')))
    .join('');
};

/**
 * What the names of a gateway's outputs begin with: its path in the stack, without `Default` and without the characters
 * that a name cannot have. Empty for a `GatewayStack`.
 * @param scope the gateway or a construct in it
 */
export const outputPrefix = (scope: IConstruct): string => prefixOf(gatewayOf(scope));

/** Adds an output of the gateway. @param scope the gateway or a construct in it */
export const addOutput = (scope: IConstruct, name: string, value: string, description: string): void => {
  const gateway = gatewayOf(scope);
  new CfnOutput(gateway, name, { value, description }).overrideLogicalId(`${prefixOf(gateway)}${name}`);
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html */
const maxApiNameLength = 128;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stack.html */
const maxStackNameLength = 128;
/** As long as the longest name of a `GatewayStack`, so that the name of a queue has at most 80 characters. */
const maxNameLength = 37;

/**
 * By how many characters at most generated names are longer than in a `GatewayStack`: they contain the gateway's path,
 * and some the stack's name.
 */
export const extraNameLength = (gateway: IConstruct): number => {
  const { stackName } = Stack.of(gateway);
  // The name of a nested stack is generated.
  const nameLength = Token.isUnresolved(stackName) ? maxStackNameLength : stackName.length;
  return prefixOf(gateway).length + Math.max(0, nameLength - maxNameLength);
};

/** The name of the HTTP API, which the console shows. It need not be unique. */
export const apiNameOf = (scope: IConstruct): string => {
  const gateway = gatewayOf(scope);
  const prefix = prefixOf(gateway);
  return prefix === ''
    ? Stack.of(gateway).stackName
    : `${Stack.of(gateway).stackName}-${prefix}`.slice(0, maxApiNameLength);
};

/**
 * The name of the stack in another region. No stage has a name that makes it the name of a `GatewayStack`: those are in
 * lower case.
 */
export const fallbackStackName = (scope: IConstruct): string => {
  const gateway = gatewayOf(scope);
  const { stackName } = Stack.of(gateway);
  const prefix = prefixOf(gateway);
  const name = `${prefix === '' ? stackName : `${stackName}-${prefix}`}-Fallback`;
  return !Token.isUnresolved(stackName) && name.length <= maxStackNameLength
    ? name
    : `${Names.uniqueResourceName(gateway, { maxLength: 110, separator: '-' })}-Fallback`;
};

/**
 * A physical name that contains a part of the stack's id, for a resource that needs a fixed one. It is unique even if
 * an earlier stack of the same name left a resource behind.
 * @param scope the gateway or a construct in it
 */
export const uniqueName = (scope: IConstruct, name: string): string => {
  const gateway = gatewayOf(scope);
  const { stackName } = Stack.of(gateway);
  const isAlone = prefixOf(gateway) === '' && !Token.isUnresolved(stackName) && stackName.length <= maxNameLength;
  const beginning = isAlone ? Aws.STACK_NAME : Names.uniqueResourceName(gateway, { maxLength: maxNameLength });
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.join('-', [beginning, name, Fn.select(0, Fn.split('-', stackUuid))]);
};
