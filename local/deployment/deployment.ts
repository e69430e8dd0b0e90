import type { FunctionSet } from '../functions/function-set';
import { createHttpApi } from '../http-api/http-api';
import type { Network } from '../http-api/network';
import { localAccountId, localArn } from '../server/aws-identity';
import type { AnsweredRequest } from '../monitor/answered-request';
import type { FunctionOutput } from '../monitor/function-output';
import type { HttpListener } from '../server/listen';
import type { LocalServices } from '../services';
import { createWebSocketApi, type LocalWebSocketApi } from '../web-socket-api/web-socket-api';
import { hasFallbackRegion } from './fallback-region';
import { readPlan, type Assembly, type Plan, type PlanEnvironment } from './plan';
import { createSourceSet } from './source-set';
import { drained, wantedSources } from './sources';

export interface DeploymentOptions {
  readonly services: LocalServices;
  readonly listener: HttpListener;
  /** Listens for the fallback lane in another region. Called for the first template that has one. */
  readonly listenForRegion: () => Promise<HttpListener>;
  readonly functionSet: FunctionSet;
  readonly environment: PlanEnvironment;
  readonly network: Pick<Network, 'loses'>;
  readonly onLog: (text: string) => void;
  readonly onAnswer: (answered: AnsweredRequest) => void;
  readonly onOutput: (output: FunctionOutput) => void;
  /** Called when the resources exist, before a function runs. */
  readonly onResources: (plan: Plan) => Promise<void>;
}

/** Applies one template after another while the services keep running. */
export interface Deployment {
  /**
   * Creates what is new, changes what changed and keeps the rest. Queues, tables and secrets are never deleted. A
   * template that cannot be applied leaves the last one in force.
   */
  readonly deploy: (assembly: Assembly) => Promise<Plan>;
  /** Lets pending events reach their functions, for a limited time, then stops all functions. */
  readonly close: () => Promise<void>;
}

/** How long `close` waits for pending events, in milliseconds. Unhandled ones stay in the data directory. */
const drainMs = 5_000;

export const createDeployment = (options: DeploymentOptions): Deployment => {
  const { services, listener, functionSet, environment, onLog } = options;
  const sources = createSourceSet();
  const webSockets = createWebSockets(options);
  const logSourceFailure = (message: string): void => {
    const text = `${JSON.stringify({ level: 'ERROR', service: 'event-source', message })}\n`;
    onLog(text);
    options.onOutput({ functionName: 'event-source', text });
  };
  let current: Plan | undefined;
  let regionListener: HttpListener | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const apply = async (assembly: Assembly): Promise<Plan> => {
    if (hasFallbackRegion(assembly.template)) regionListener ??= await options.listenForRegion();
    const plan = readPlan(assembly, { ...environment, regionOrigin: regionListener?.origin });
    await createResources(plan, services);
    await options.onResources(plan);
    plan.applyFunctions();
    current = plan;
    serveApi(plan.api, listener, options);
    if (plan.fallbackRegion !== undefined && regionListener !== undefined) {
      serveApi(plan.fallbackRegion.api, regionListener, options);
    }
    webSockets.serve(plan);
    await sources.apply(wantedSources(plan, services, logSourceFailure));
    return plan;
  };

  return {
    deploy: (assembly) => {
      const deployed = last.then(() => apply(assembly));
      last = deployed.catch(() => undefined);
      return deployed;
    },
    close: async () => {
      await last;
      await webSockets.close();
      // No new webhook arrives while the queues drain.
      await Promise.all([listener.close(), regionListener?.close()]);
      if (current !== undefined) await drained(current, services, drainMs);
      await sources.apply([]);
      await functionSet.close();
    },
  };
};

const createResources = async (plan: Plan, { queues, dynamodb, secrets, topicSet }: LocalServices): Promise<void> => {
  for (const { name, attributes } of plan.queues) await queues.configure(name, attributes);
  for (const table of plan.tables) {
    await dynamodb.createTable(table);
    const name = table.TableName ?? '';
    if (plan.streamedTables.includes(name)) await dynamodb.openStream(name);
    else await dynamodb.dropStream(name);
  }
  for (const { logicalId, initialValue } of plan.secrets) await secrets.create(logicalId, initialValue);
  topicSet.replace(plan.topics);
};

const serveApi = (api: Plan['api'], listener: HttpListener, options: DeploymentOptions): void => {
  const { services, environment, network, onLog, onAnswer } = options;
  const { hostname } = new URL(environment.endpoints.http);
  listener.serve(
    createHttpApi({
      ...api,
      identity: { accountId: localAccountId, domainName: hostname, apiId: api.apiId, stage: api.stage },
      network,
      sendMessage: services.queues.send,
      onAccess: (line) => onLog(`${line}\n`),
      onAnswer,
    }),
  );
};

/** Connections outlive the template that they were opened with. */
const createWebSockets = ({ listener, environment }: DeploymentOptions) => {
  const opened: LocalWebSocketApi[] = [];
  return {
    serve: ({ webSocketApi: api }: Plan): void => {
      if (api === undefined) {
        listener.upgrade(undefined);
        return;
      }
      const { hostname } = new URL(environment.endpoints.http);
      const created = createWebSocketApi({
        ...api,
        identity: { accountId: localAccountId, domainName: hostname, apiId: api.apiId, stage: api.stage },
        methodArn: localArn('execute-api', `${api.apiId}/${api.stage}/$connect`),
      });
      opened.push(created);
      listener.upgrade(created.onUpgrade);
    },
    close: async (): Promise<void> => {
      await Promise.all(opened.map(({ close }) => close()));
    },
  };
};
