import type { FunctionSet } from '../functions/function-set';
import { readOutputFacts } from '../gateway-state';
import { httpApiIds, readApi } from '../resources/api';
import { readFallbackRegion } from './fallback-region';
import { readEventSources } from '../resources/event-sources';
import { assetCode, type FunctionCode } from '../resources/function-code';
import { readFunctions } from '../resources/functions';
import { readQueues } from '../resources/queues';
import { resourceAttributes, type ResourceSources } from '../resources/resource-attributes';
import { readSchedules } from '../resources/schedules';
import { readSecrets } from '../resources/secrets';
import { readStreamSources } from '../resources/stream-sources';
import { readTables, streamedTables } from '../resources/tables';
import { readTopics, withImportedTopic } from '../resources/topics';
import { readWebSocketApi, webSocketApiIds } from '../resources/web-socket-api';
import { localStack } from '../server/aws-identity';
import { createResolver } from '../template/intrinsics';
import { checkResources, withConstructPath, withoutUnsupported, type Template } from '../template/template';

/** A template, and the code of its functions. */
export interface Assembly {
  readonly template: Template;
  /** The directory of the cloud assembly, which has the bundles. */
  readonly directory: string;
  /** By the logical ids of the functions. @default the assets of the template in `directory` */
  readonly code?: ReadonlyMap<string, FunctionCode>;
}

/** Where the gateway serves the resources of a template: the same for every template. */
export interface PlanEnvironment extends Pick<ResourceSources, 'queues' | 'secrets' | 'endpoints'> {
  readonly functionSet: FunctionSet;
  /** Variables of every function. They override the template's. */
  readonly variables: Readonly<Record<string, string>>;
  /** Scheme and host of the fallback lane in another region. Undefined: the template has none. */
  readonly regionOrigin?: string | undefined;
}

export type Plan = ReturnType<typeof readWholePlan>;

/**
 * Reads everything in a template that the gateway serves. Nothing is changed yet.
 * @throws UnsupportedTemplateError for a template that needs more than this gateway supports
 */
export const readPlan = (assembly: Assembly, environment: PlanEnvironment): Plan => {
  try {
    return readWholePlan(assembly, environment);
  } catch (cause) {
    const error = withConstructPath(cause, assembly.template);
    const template = withoutUnsupported(assembly.template, error);
    if (template === undefined) throw error;
    return readPlan({ ...assembly, template }, environment);
  }
};

const readWholePlan = ({ directory, code, template }: Assembly, environment: PlanEnvironment) => {
  checkResources(template);
  const { functionSet, queues, secrets, endpoints } = environment;
  const sources = { queues, secrets, endpoints };
  const resolve = createResolver(template, localStack, (logicalId) =>
    resourceAttributes(logicalId, { template, resolve, ...sources }),
  );
  const allCode = code ?? assetCode(directory, template);
  const fallbackRegion = readFallbackRegion(template, resolve, environment);
  const variables = { ...fallbackRegion?.variables, ...environment.variables };
  const { functions, apply: applyFunctions } = functionSet.plan(readFunctions(template, resolve, allCode, variables));
  const apiIds = httpApiIds(template, resolve);
  const others: readonly unknown[] = [...webSocketApiIds(template), apiIds.lane];
  return {
    queues: readQueues(template, resolve),
    topics: withImportedTopic(readTopics(template, resolve), template),
    tables: readTables(template, resolve),
    streamedTables: streamedTables(template, resolve),
    secrets: readSecrets(template, resolve),
    functions,
    applyFunctions,
    eventSources: readEventSources(template, resolve, functions),
    streamSources: readStreamSources(template, resolve, functions),
    schedules: readSchedules(template, resolve, functions),
    api: { ...readApi(template, resolve, functions, (id) => !others.includes(id)), apiId: apiIds.gateway },
    fallbackRegion,
    webSocketApi: readWebSocketApi(template, resolve, functions),
    facts: readOutputFacts(template, resolve),
    leftOut: template.LeftOut ?? [],
  };
};
