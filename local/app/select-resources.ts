import { fallbackRegionOutputs, stackOutputs } from '../../lambda/shared/contract/stack-outputs';
import { isIgnored } from '../template/template';
import type { AppGateway } from './gateways';
import type { AppResource, AppResources } from './resources';

/** The resources of an app, by whether they run locally. */
export interface SelectedResources {
  /** The resources of the gateway, and those that they refer to. */
  readonly needed: ReadonlySet<AppResource>;
  /** Resources of the app that refer to those of the gateway, such as another subscription of its topic. */
  readonly optional: ReadonlySet<AppResource>;
  /** Resources that do not run, but to whose names a running resource refers. */
  readonly named: ReadonlySet<AppResource>;
  /** All other resources of the app, but for those of its other gateways and those without effect on a laptop. */
  readonly others: readonly AppResource[];
}

/** @param gateways all gateways of the app */
export const selectResources = (
  resources: AppResources,
  gateway: AppGateway,
  gateways: readonly AppGateway[],
): SelectedResources => {
  const isOf = ({ stack, path }: AppGateway, resource: AppResource): boolean =>
    resource.stack === stack && resource.path.startsWith(`${path}/`);
  const own = resources.all.filter((resource) => isOf(gateway, resource) && !isIgnored(resource.resource.Type));
  const inOutputs = resources.targetsOf(Object.values(gateway.outputs), gateway.stack);
  const table = tableByName(resources, gateway);
  const needed = withTargets(
    [...own, ...ofFallbackRegion(resources, gateway), ...table, ...inOutputs.filter(({ isSupported }) => isSupported)],
    resources,
  );

  const isFree = (resource: AppResource): boolean =>
    resource.isSupported && !gateways.some((other) => other.path !== gateway.path && isOf(other, resource));
  const candidates = resources.all.filter((resource) => isFree(resource) && !needed.has(resource));
  const included = new Set(needed);
  const isNext = (resource: AppResource): boolean =>
    !included.has(resource) &&
    resources.targets(resource).some((target) => included.has(target)) &&
    isOfIncludedApi(resource, included, resources);
  for (let next = candidates.filter(isNext); next.length > 0; next = candidates.filter(isNext)) {
    // One at a time: an API that is included now may exclude another one.
    for (const resource of withTargets(next.slice(0, 1), resources)) included.add(resource);
  }
  const optional = new Set([...included].filter((resource) => !needed.has(resource)));
  const named = new Set(
    [...inOutputs, ...[...included].flatMap(resources.targets)].filter((target) => !included.has(target)),
  );
  const others = resources.all.filter(
    (resource) =>
      !included.has(resource) && !isIgnored(resource.resource.Type) && !gateways.some((one) => isOf(one, resource)),
  );
  return { needed, optional, named, others };
};

/** The table of the app that has the name in the gateway's output: the gateway may have imported it by that name. */
const tableByName = ({ all }: AppResources, { outputs }: AppGateway): readonly AppResource[] => {
  const name = outputs[stackOutputs.tableName]?.Value;
  return all.filter(({ resource }) => resource.Type === tableType && resource.Properties?.['TableName'] === name);
};

/** The stack of the gateway's lane in another region, which refers to nothing of the gateway. */
const ofFallbackRegion = ({ all }: AppResources, { outputs }: AppGateway): readonly AppResource[] => {
  const name = outputs[fallbackRegionOutputs.stackName]?.Value;
  return all.filter(({ stack, resource }) => stack.name === name && !isIgnored(resource.Type));
};

/** These resources, and all of a supported type that they refer to, directly or indirectly. */
const withTargets = (from: readonly AppResource[], resources: AppResources): ReadonlySet<AppResource> => {
  const found = new Set(from);
  // A set may grow while it is iterated.
  for (const resource of found) {
    for (const target of resources.targets(resource)) if (isFollowed(resource, target)) found.add(target);
  }
  return found;
};

const tableType = 'AWS::DynamoDB::Table';

const isApi = ({ resource }: AppResource): boolean => resource.Type.startsWith('AWS::ApiGatewayV2::');

/** A function may know the address of another API, which does not make the API run. */
const isFollowed = (from: AppResource, target: AppResource): boolean =>
  target.isSupported && (!isApi(target) || isApi(from));

const apiType = 'AWS::ApiGatewayV2::Api';

/** The local gateway runs one HTTP API and one WebSocket API: the first that is included. */
const isOfIncludedApi = (
  resource: AppResource,
  included: ReadonlySet<AppResource>,
  resources: AppResources,
): boolean => {
  const apis = [...withTargets([resource], resources)].filter((one) => one.resource.Type === apiType);
  const served = [...included].filter((one) => one.resource.Type === apiType);
  return apis.every((api) => served.includes(api) || !served.some((other) => protocolOf(other) === protocolOf(api)));
};

const protocolOf = ({ resource }: AppResource): unknown => resource.Properties?.['ProtocolType'];
