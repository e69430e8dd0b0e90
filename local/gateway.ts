import type { TwilioAccount } from './accounts';
import { dataPath } from './data-directory';
import { startEventSource } from './functions/event-source';
import { startStreamSource } from './functions/stream-source';
import { createFunctionPool, type LocalFunction } from './functions/function-pool';
import { gatewayState, readOutputFacts } from './gateway-state';
import { createHttpApi } from './http-api/http-api';
import { readApi } from './resources/api';
import { readEventSources } from './resources/event-sources';
import { readFunctions } from './resources/functions';
import { readQueues } from './resources/queues';
import { resourceAttributes } from './resources/resource-attributes';
import { readSecrets } from './resources/secrets';
import { readStreamSources } from './resources/stream-sources';
import { readTables } from './resources/tables';
import { readTopics } from './resources/topics';
import { readWebSocketApi, webSocketApiIds } from './resources/web-socket-api';
import { localAccountId, localArn, localRegion, localStack } from './server/aws-identity';
import { listen } from './server/listen';
import { serviceEnvironment, startServices } from './services';
import type { PublishedNotice } from './sns/publish';
import { startSns } from './sns/sns';
import { createTopic } from './sns/topic';
import type { LocalState } from './state-file';
import { startReplies, type ReplyKey } from './twilio/replies';
import { createResolver } from './template/intrinsics';
import { checkResources, resourcesOfType, type Template } from './template/template';
import { createWebSocketApi } from './web-socket-api/web-socket-api';

/** The output of `cdk synth`: the template and the directory with the bundles. */
export interface Assembly {
  readonly directory: string;
  readonly template: Template;
}

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
  /** Receives a line for each reply that the stand-in was asked to send. */
  readonly onReply?: (line: string) => void;
  /** Receives log lines of the functions and of the HTTP API. */
  readonly onLog: (text: string) => void;
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
  /** For tests: a function of the template, by the prefix of its logical id. */
  functionNamed(prefix: string): LocalFunction;
  /** Answers the requests in progress, lets the consumer finish, then stops everything. */
  close(): Promise<void>;
}

/** Execution environments of one function. Ingress mostly waits for SQS, so a few more than there are cores pay off. */
const maxEnvironments = 4;
/** More concurrent batches do not speed up one machine. */
const maxConcurrentBatches = 2;
/** How long `close` waits for the queue to empty, in milliseconds. The rest stays in the data directory. */
const drainMs = 5_000;

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

const start = async (
  options: LocalGatewayOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalGateway> => {
  const listener = await listen(options.port);
  closers.push(listener.close);
  const { directory, template } = await options.assemble();
  checkResources(template);
  const emulated = await startServices(options, closers);
  const { queues, dynamodb, secrets } = emulated;

  const apiEndpoint = options.publicOrigin ?? listener.origin;
  const webSocketEndpoint = apiEndpoint.replace(/^http/, 'ws');
  const endpoints = { http: apiEndpoint, webSocket: webSocketEndpoint };
  const resolve = createResolver(template, localStack, (logicalId) =>
    resourceAttributes(logicalId, { template, resolve, queues, secrets, endpoints }),
  );

  for (const { name, attributes } of readQueues(template, resolve)) queues.create(name, attributes);
  let secretIds: readonly string[] = [];
  const replies = await startReplies({
    key: options.replyKey,
    storePath: dataPath(options.dataDir)('replies.json'),
    secrets,
    secretIds: () => secretIds,
    origins: { local: listener.origin, public: options.publicOrigin },
    onLine: options.onReply ?? (() => undefined),
  });
  closers.push(replies.close);
  const sns = await startSns({
    onPublished: replies.onPublished,
    topics: readTopics(template, resolve).map((topic) => createTopic(topic, queues.deliver)),
    onNotice: options.onNotice,
  });
  closers.push(sns.close);
  const services = { ...emulated, sns };
  for (const table of readTables(template, resolve, (logicalId) => logicalId)) await dynamodb.createTable(table);
  for (const { logicalId, initialValue } of readSecrets(template, resolve))
    await secrets.create(logicalId, initialValue);
  const facts = readOutputFacts(template, resolve);
  secretIds = facts.secretIds;
  const { account, madeUp } = await secrets.useAccount(facts.secretIds[0] ?? '', options.account);
  await replies.fillSecret(facts.replySecretId);

  const environment = { ...serviceEnvironment(services), ...options.functionEnvironment };
  const functions = readFunctions(template, resolve, directory, environment).map((configuration) =>
    createFunctionPool(replies.redirect(configuration), { maxEnvironments, onOutput: options.onLog }),
  );
  closers.push(async () => {
    await Promise.all(functions.map((fn) => fn.close()));
  });
  const logEventSourceFailure = (message: string): void =>
    options.onLog(`${JSON.stringify({ level: 'ERROR', service: 'event-source', message })}\n`);
  for (const source of readEventSources(template, resolve, functions)) {
    const stop = startEventSource({
      ...source,
      queue: queues.pollable(source.queueArn),
      maximumConcurrency: Math.min(source.maximumConcurrency, maxConcurrentBatches),
      region: localRegion,
      onFailure: logEventSourceFailure,
    });
    closers.push(async () => {
      await queues.drained(source.queueArn, drainMs);
      await stop();
    });
  }

  for (const source of readStreamSources(template, resolve, functions)) {
    const { onFailureQueueArn } = source;
    const stop = startStreamSource({
      ...source,
      stream: await dynamodb.openStream(source.tableName),
      region: localRegion,
      onGivenUp: async (description) => {
        if (onFailureQueueArn === undefined) return;
        await queues.deliver(onFailureQueueArn, { body: JSON.stringify(description), attributes: {} });
      },
      onFailure: logEventSourceFailure,
    });
    closers.push(stop);
  }

  const api = readApi(template, resolve, functions);
  const identity = { accountId: localAccountId, domainName: new URL(apiEndpoint).hostname };
  const webSocketApis = webSocketApiIds(template);
  const [apiId = ''] =
    resourcesOfType(template, 'AWS::ApiGatewayV2::Api').find(([id]) => !webSocketApis.includes(id)) ?? [];
  const webSocket = readWebSocketApi(template, resolve, functions);
  listener.serve(
    createHttpApi({
      ...api,
      identity: { ...identity, apiId, stage: api.stage },
      onAccess: (line) => options.onLog(`${line}\n`),
    }),
  );
  // Again, because closers run in reverse: no new request arrives while the queue drains.
  closers.push(listener.close);
  if (webSocket !== undefined) {
    const { onUpgrade, close: closeConnections } = createWebSocketApi({
      ...webSocket,
      identity: { ...identity, apiId: webSocket.apiId, stage: webSocket.stage },
      methodArn: localArn('execute-api', `${webSocket.apiId}/${webSocket.stage}/$connect`),
    });
    listener.upgrade(onUpgrade);
    // Before the listener, which would wait for open connections.
    closers.push(closeConnections);
  }

  return {
    account,
    madeUpAccount: madeUp,
    webSocketUrl: webSocket && `${webSocketEndpoint}/${webSocket.stage}`,
    close,
    functionNamed: (prefix) => {
      const found = functions.find(({ name }) => name.startsWith(prefix));
      if (found === undefined) throw new Error(`The template has no function ${prefix}….`);
      return found;
    },
    state: gatewayState(
      facts,
      services,
      { local: listener.origin, public: options.publicOrigin, stage: api.stage },
      replies.standIn,
    ),
  };
};
