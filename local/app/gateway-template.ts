import { assetOf, type FunctionAsset } from '../resources/function-code';
import type { Template, TemplateResource } from '../template/template';
import type { AppStack } from './cloud-assembly';
import type { AppGateway } from './gateways';
import { withImportedTable } from './imported-table';
import { createReferenceReader, type OnReference } from './references';
import { readAppResources, type AppResource } from './resources';
import { selectResources } from './select-resources';

/** A gateway of an app as one stack of its own. */
export interface GatewayTemplate {
  readonly template: Template;
  /** By the logical ids of the functions. */
  readonly code: ReadonlyMap<string, FunctionAsset>;
  /** The stacks that the resources come from, by their paths in the app. */
  readonly stacks: readonly string[];
  /** The resources of the app that a function of the template knows, but that do not run. */
  readonly unreachable: readonly AppResource[];
  /** The resources of the app that are not in the template. */
  readonly others: readonly AppResource[];
}

/** @param gateways all gateways of the app */
export const gatewayTemplate = (
  stacks: readonly AppStack[],
  gateway: AppGateway,
  gateways: readonly AppGateway[],
): GatewayTemplate => {
  const references = createReferenceReader(stacks);
  const resources = readAppResources(stacks, references);
  const { needed, optional, named, others } = selectResources(resources, gateway, gateways);
  const included = [...needed, ...optional];
  const ids = logicalIds([...included, ...named], gateway.stack);
  const idOf = (resource: AppResource): string => ids.get(resource) ?? resource.logicalId;
  const rename: OnReference = (stack, logicalId) => {
    const target = resources.find(stack, logicalId);
    return target === undefined ? logicalId : idOf(target);
  };
  const renamed = ({ stack, resource, path }: AppResource): TemplateResource => ({
    Type: resource.Type,
    ...(resource.Condition === undefined ? {} : { Condition: resource.Condition }),
    Metadata: { 'aws:cdk:path': path },
    // `read` returns an object for an object.
    Properties: references.read(resource.Properties ?? {}, stack, rename) as Readonly<Record<string, unknown>>,
  });
  const template = withImportedTable({
    Resources: Object.fromEntries(included.map((resource) => [idOf(resource), renamed(resource)])),
    NotEmulated: Object.fromEntries([...named].map((resource) => [idOf(resource), { Type: resource.resource.Type }])),
    Optional: [...optional].map(idOf),
    Outputs: Object.fromEntries(
      Object.entries(gateway.outputs).map(([name, { Value }]) => [
        name,
        { Value: references.read(Value, gateway.stack, rename) },
      ]),
    ),
  });
  return {
    template,
    code: new Map(
      included.flatMap((resource) => {
        const asset = assetOf(resource.resource, resource.stack.directory);
        return asset === undefined ? [] : [[idOf(resource), asset] as const];
      }),
    ),
    stacks: [...new Set(included.map(({ stack }) => stack.displayName))],
    unreachable: [...named].filter((resource) => others.includes(resource)),
    others,
  };
};

/** Resources of the gateway's own stack keep their ids. A duplicate id of another stack gets its stack's name added. */
const logicalIds = (resources: readonly AppResource[], own: AppStack): ReadonlyMap<AppResource, string> => {
  const ids = new Map<AppResource, string>();
  const taken = new Set<string>();
  const ownFirst = [...resources].sort((a, b) => Number(b.stack === own) - Number(a.stack === own));
  for (const resource of ownFirst) {
    const { logicalId, stack } = resource;
    const id = taken.has(logicalId) ? `${stack.artifactId.replace(/[^A-Za-z0-9]/g, '')}${logicalId}` : logicalId;
    taken.add(id);
    ids.set(resource, id);
  }
  return ids;
};
