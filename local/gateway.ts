import type { TwilioAccount } from './accounts';
import { createMetricStore } from './cloudwatch/metric-store';
import { startMetricsApi } from './cloudwatch/metrics-api';
import { dataPath } from './data-directory';
import { createDeployment } from './deployment/deployment';
import type { Assembly } from './deployment/plan';
import { createFunctionPool, type LocalFunction } from './functions/function-pool';
import { createFunctionSet } from './functions/function-set';
import { startInvokeApi } from './functions/invoke-api';
import { gatewayState } from './gateway-state';
import { createNetwork, type Swallowed } from './http-api/network';
import type { AnsweredRequest } from './monitor/answered-request';
import type { FunctionOutput } from './monitor/function-output';
import { readBacklog } from './monitor/backlog';
import type { Backlog } from './monitor/time-series';
import { listen } from './server/listen';
import { serviceEnvironment, startServices } from './services';
import type { PublishedNotice } from './sns/publish';
import type { LocalState } from './state-file';
import type { ListConditions } from './twilio/lists/list-conditions';
import { startReplies, type Replies, type ReplyKey } from './twilio/replies';

export type { Assembly } from './deployment/plan';

export interface LocalGatewayOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Directory for queues, items and secrets; where undefined, they are deleted when the gateway closes. */
  readonly dataDir?: string | undefined;
  /** Scheme and host under which Twilio reaches the gateway, if not its own address. */
  readonly publicOrigin?: string | undefined;
  /** Called once the gateway listens; requests wait until it is done. */
  readonly assemble: () => Assembly | Promise<Assembly>;
  /**
   * Stored in the first account's secret; where undefined, its value stays, and a placeholder gets made-up
   * credentials.
   */
  readonly account: TwilioAccount | undefined;
  /** Replies are sent with this key by Twilio. Where undefined, the Twilio stand-in takes them. */
  readonly replyKey?: ReplyKey | undefined;
  /** The share of webhooks, from 0 to 1, that never reach the HTTP API. @default none */
  readonly swallow?: number | undefined;
  /** How the stand-in's lists of messages behave; asked for each request. */
  readonly listConditions?: () => ListConditions;
  /** Receives a line for each reply that the stand-in was asked to send. */
  readonly onReply?: (line: string) => void;
  /** Receives log lines of the functions and of the HTTP API. */
  readonly onLog: (text: string) => void;
  /** Receives each request once the HTTP API has answered it. */
  readonly onAnswer?: (answered: AnsweredRequest) => void;
  /** Receives what functions print, as `onLog`, and knows which function it was. */
  readonly onOutput?: (output: FunctionOutput) => void;
  /** Receives what a function publishes to a topic. There are no subscribers. */
  readonly onNotice: (notice: PublishedNotice) => void;
  /** Overrides the template's variables for every function: tests put proxies between functions and services. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
}

export interface LocalGateway {
  readonly state: LocalState;
  /** The account in the first account's secret. */
  readonly account: TwilioAccount;
  /** Whether this start made that account up. An account that was stored before may be real, and is not shown. */
  readonly madeUpAccount: boolean;
  /** The URL for TwiML, which Twilio signs; undefined where the template has no WebSocket API. */
  readonly webSocketUrl: string | undefined;
  /** One line for each resource that is left out because the gateway does not need it, with the reason. */
  readonly leftOut: readonly string[];
  /** For tests: a function of the template, by the prefix of its logical id. */
  functionNamed(prefix: string): LocalFunction;
  /**
   * Applies another template. Data stays, requests in progress end as they began, and `state` is that of the new
   * template. A template that cannot be applied leaves the last one in force.
   */
  deploy(assembly: Assembly): Promise<void>;
  /** Messages that wait or are in flight: in the queue of webhooks, `events`, and in the queue of each handler. */
  backlog(): Promise<Backlog>;
  /** What `swallow` has lost; undefined without it. */
  readonly swallowed: () => Swallowed | undefined;
  /** Whether a function still runs code from below this directory. */
  readonly uses: (directory: string) => boolean;
  /** Answers the requests in progress, lets events reach their functions, then stops everything. */
  close(): Promise<void>;
}

/** Execution environments of one function. Ingress mostly waits for SQS, so a few more than there are cores pay off. */
const maxEnvironments = 4;

/**
 * Serves a synthesized stack on the loopback interface.
 * @throws UserError for a port in use or an unusable data directory, UnsupportedTemplateError for a template that
 * needs more than this gateway supports
 */
export const startLocalGateway = async (options: LocalGatewayOptions): Promise<LocalGateway> => {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
    closers.length = 0;
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
};

/** Waits for both, even if one fails, so that everything that was started can be closed. */
const bothOf = async <One, Other>(one: One | Promise<One>, other: Promise<Other>): Promise<[One, Other]> => {
  const [first] = await Promise.allSettled([one, other]);
  if (first.status === 'rejected') throw first.reason;
  return [first.value, await other];
};

const start = async (
  options: LocalGatewayOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalGateway> => {
  const listener = await listen(options.port);
  closers.push(listener.close);
  // Functions publish only after the first template is deployed.
  const running: { replies?: Replies } = {};
  const pathOf = dataPath(options.dataDir);
  const metrics = await createMetricStore(pathOf('metrics.json'));
  closers.push(metrics.close);
  // The services start while the app synthesizes.
  const [assembly, services] = await bothOf(
    options.assemble(),
    startServices(
      { ...options, onPublished: (message) => running.replies?.onPublished(message), onSent: metrics.sent },
      closers,
    ),
  );
  const { queues, secrets } = services;
  let secretIds: readonly string[] = [];
  const replies = await startReplies({
    key: options.replyKey,
    storePath: pathOf('replies.json'),
    sentPath: pathOf('twilio-lists'),
    listConditions: options.listConditions,
    secrets,
    secretIds: () => secretIds,
    origins: { local: listener.origin, public: options.publicOrigin },
    onLine: options.onReply ?? (() => undefined),
  });
  running.replies = replies;
  closers.push(replies.close);

  const metricsApi = await startMetricsApi(metrics);
  closers.push(metricsApi.close);

  const network = createNetwork({ onSent: replies.onSent, swallow: options.swallow });
  const apiEndpoint = options.publicOrigin ?? listener.origin;
  const webSocketEndpoint = apiEndpoint.replace(/^http/, 'ws');
  const functionSet = createFunctionSet((configuration) =>
    createFunctionPool(replies.redirect(configuration), {
      maxEnvironments,
      onOutput: (text, event) => {
        options.onLog(text);
        metrics.printed(text);
        options.onOutput?.({ functionName: configuration.name, configuration, text, event });
      },
    }),
  );
  // Closed after the deployment, whose last requests may still ask a function.
  const lambda = await startInvokeApi(functionSet.named);
  closers.push(lambda.close);
  let replySecretId: string | undefined;
  let reconcilerSecretId: string | undefined;
  let account: Awaited<ReturnType<typeof secrets.useAccount>> | undefined;
  const deployment = createDeployment({
    services,
    listener,
    listenForRegion: async () => {
      const forRegion = await listen(0);
      closers.push(forRegion.close);
      return forRegion;
    },
    functionSet,
    network,
    environment: {
      functionSet,
      queues,
      secrets,
      endpoints: { http: apiEndpoint, webSocket: webSocketEndpoint },
      variables: {
        ...serviceEnvironment(services),
        AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
        ...options.functionEnvironment,
      },
    },
    onLog: options.onLog,
    onAnswer: (answered) => {
      metrics.answered(answered);
      options.onAnswer?.(answered);
    },
    onOutput: (output) => options.onOutput?.(output),
    onResources: async ({ facts }) => {
      secretIds = facts.secretIds;
      const isFirst = account === undefined;
      account ??= await secrets.useAccount(facts.secretIds[0] ?? '', options.account);
      if (isFirst || facts.replySecretId !== replySecretId) await replies.fillSecret(facts.replySecretId);
      replySecretId = facts.replySecretId;
      if (facts.reconcilerSecretId !== reconcilerSecretId) await replies.fillSecret(facts.reconcilerSecretId);
      reconcilerSecretId = facts.reconcilerSecretId;
    },
  });
  closers.push(deployment.close);
  let plan = await deployment.deploy(assembly);
  if (account === undefined) throw new Error('The template was deployed without an account.');

  return {
    account: account.account,
    madeUpAccount: account.madeUp,
    get leftOut() {
      return plan.leftOut;
    },
    get webSocketUrl() {
      return plan.webSocketApi && `${webSocketEndpoint}/${plan.webSocketApi.stage}`;
    },
    close,
    deploy: async (next) => {
      plan = await deployment.deploy(next);
    },
    backlog: () => readBacklog(plan.facts, queues),
    swallowed: network.swallowed,
    uses: functionSet.uses,
    functionNamed: (prefix) => {
      const found = plan.functions.find(({ name }) => name.startsWith(prefix));
      if (found === undefined) throw new Error(`The template has no function ${prefix}….`);
      return found;
    },
    get state() {
      return gatewayState(
        plan.facts,
        services,
        { local: listener.origin, public: options.publicOrigin, stage: plan.api.stage },
        replies.standIn,
        metricsApi.endpoint,
        plan.fallbackRegion,
      );
    },
  };
};
