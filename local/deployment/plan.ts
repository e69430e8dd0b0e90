import type { FunctionSet } from '../functions/function-set';
import { readOutputFacts } from '../gateway-state';
import { readApi } from '../resources/api';
import { readEventSources } from '../resources/event-sources';
import { readFunctions } from '../resources/functions';
import { readQueues } from '../resources/queues';
import { resourceAttributes, type ResourceSources } from '../resources/resource-attributes';
import { readSecrets } from '../resources/secrets';
import { readStreamSources } from '../resources/stream-sources';
import { readTables, streamedTables } from '../resources/tables';
import { readTopics } from '../resources/topics';
import { readWebSocketApi, webSocketApiIds } from '../resources/web-socket-api';
import { localStack } from '../server/aws-identity';
import { createResolver } from '../template/intrinsics';
import { checkResources, resourcesOfType, type Template } from '../template/template';

/** The output of `cdk synth`: the template and the directory with the bundles. */
export interface Assembly {
  readonly directory: string;
  readonly template: Template;
}

/** Where the gateway serves the resources of a template: the same for every template. */
export interface PlanEnvironment extends Pick<ResourceSources, 'queues' | 'secrets' | 'endpoints'> {
  readonly functionSet: FunctionSet;
  /** Variables of every function. They override the template's. */
  readonly variables: Readonly<Record<string, string>>;
}

export type Plan = ReturnType<typeof readPlan>;

/**
 * Reads everything in a template that the gateway serves. Nothing is changed yet.
 * @throws UnsupportedTemplateError for a template that needs more than this gateway supports
 */
export const readPlan = ({ directory, template }: Assembly, environment: PlanEnvironment) => {
  checkResources(template);
  const { functionSet, variables, ...sources } = environment;
  const resolve = createResolver(template, localStack, (logicalId) =>
    resourceAttributes(logicalId, { template, resolve, ...sources }),
  );
  const { functions, apply: applyFunctions } = functionSet.plan(readFunctions(template, resolve, directory, variables));
  const webSocketApis = webSocketApiIds(template);
  const [apiId = ''] =
    resourcesOfType(template, 'AWS::ApiGatewayV2::Api').find(([id]) => !webSocketApis.includes(id)) ?? [];
  return {
    queues: readQueues(template, resolve),
    topics: readTopics(template, resolve),
    tables: readTables(template, resolve, (logicalId) => logicalId),
    streamedTables: streamedTables(template),
    secrets: readSecrets(template, resolve),
    functions,
    applyFunctions,
    eventSources: readEventSources(template, resolve, functions),
    streamSources: readStreamSources(template, resolve, functions),
    api: { ...readApi(template, resolve, functions), apiId },
    webSocketApi: readWebSocketApi(template, resolve, functions),
    facts: readOutputFacts(template, resolve),
  };
};
