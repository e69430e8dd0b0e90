import { isSupported, type TemplateResource } from '../template/template';
import type { AppStack } from './cloud-assembly';
import { asTable } from './global-table';
import type { createReferenceReader } from './references';

/** A resource of any stack of an app. */
export interface AppResource {
  readonly stack: AppStack;
  readonly logicalId: string;
  readonly resource: TemplateResource;
  /** The path of its construct in the app; its logical id if it was not made by a construct. */
  readonly path: string;
  /** Whether the local gateway supports its type. */
  readonly isSupported: boolean;
}

/** All resources of an app, and which of them refer to which. */
export interface AppResources {
  readonly all: readonly AppResource[];
  readonly find: (stack: AppStack, logicalId: string) => AppResource | undefined;
  /** The resources that the properties of a resource refer to. */
  readonly targets: (resource: AppResource) => readonly AppResource[];
  /** The resources that a value of a stack refers to. */
  readonly targetsOf: (value: unknown, stack: AppStack) => readonly AppResource[];
}

export const readAppResources = (
  stacks: readonly AppStack[],
  references: ReturnType<typeof createReferenceReader>,
): AppResources => {
  const all = stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).map(([logicalId, written]) => {
      const resource = asTable(written);
      const constructPath = resource.Metadata?.['aws:cdk:path'];
      const path = typeof constructPath === 'string' ? constructPath : `${stack.displayName}/${logicalId}`;
      return { stack, logicalId, resource, path, isSupported: isSupported(resource.Type) };
    }),
  );
  const byId = new Map(all.map((resource) => [keyOf(resource.stack, resource.logicalId), resource]));
  const find = (stack: AppStack, logicalId: string) => byId.get(keyOf(stack, logicalId));

  const targetsOf = (value: unknown, stack: AppStack): readonly AppResource[] => {
    const found = new Set<AppResource>();
    references.read(value, stack, (inStack, logicalId) => {
      const target = find(inStack, logicalId);
      if (target !== undefined) found.add(target);
      return logicalId;
    });
    return [...found];
  };
  const cachedTargets = new Map<AppResource, readonly AppResource[]>();
  return {
    all,
    find,
    targetsOf,
    targets: (resource) => {
      const targets = cachedTargets.get(resource) ?? targetsOf(resource.resource.Properties ?? {}, resource.stack);
      cachedTargets.set(resource, targets);
      return targets;
    },
  };
};

const keyOf = ({ artifactId }: AppStack, logicalId: string): string => `${artifactId} ${logicalId}`;
