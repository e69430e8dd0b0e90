import {
  basicAuthSecretOutput,
  isBreakerOutput,
  readAccountSecretArns,
  readBreakerOutputs,
  stackOutputs,
  stageFactOutputs,
} from '../lambda/shared/contract/stack-outputs';
import type { TwilioAccount } from './accounts';
import { localAccountId, localArn, localRegion, localStack } from './server/aws-identity';
import { dataPath, scratchDirectory } from './data-directory';
import { startDynamoDb } from './dynamodb/dynamodb';
import { startEventSource } from './functions/event-source';
import { createFunctionPool, type LocalFunction } from './functions/function-pool';
import { createHttpApi } from './http-api/http-api';
import { listen } from './server/listen';
import { startQueues } from './sqs/local-service';
import { readApi } from './resources/api';
import { readEventSources } from './resources/event-sources';
import { readFunctions } from './resources/functions';
import { readQueues } from './resources/queues';
import { readSecrets } from './resources/secrets';
import { servedResource } from './resources/resource-attributes';
import { readTables } from './resources/tables';
import { readTopics } from './resources/topics';
import { readWebSocketApi, webSocketApiIds } from './resources/web-socket-api';
import { startSecrets } from './secrets-manager/local-service';
import type { PublishedNotice } from './sns/publish';
import { startSns } from './sns/sns';
import type { LocalState } from './state-file';
import { createResolver } from './template/intrinsics';
import { checkResources, resourcesOfType, type Template } from './template/template';
import { createWebSocketApi } from './web-socket-api/web-socket-api';

/** What `cdk synth` made: the template and the directory with its bundles. */
export interface Assembly {
  readonly directory: string;
  readonly template: Template;
}

export interface LocalGatewayOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Where queues, items and secrets are kept; where undefined, they are gone when the gateway closes. */
  readonly dataDir?: string | undefined;
  /** Scheme and host under which Twilio reaches the gateway, if that is not its own address. */
  readonly publicOrigin?: string | undefined;
  /** Called once the port is taken, while requests wait. */
  readonly assemble: () => Assembly | Promise<Assembly>;
  /** Put into the first account's secret; where undefined, what it holds stays, and a placeholder gets made-up credentials. */
  readonly account: TwilioAccount | undefined;
  /** Lines of the functions' and the front door's logs. */
  readonly onLog: (text: string) => void;
  /** What a function publishes to a topic. There are no subscribers. */
  readonly onNotice: (notice: PublishedNotice) => void;
  /** On top of the template's variables, for every function: tests put proxies between functions and services. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
}

export interface LocalGateway {
  readonly state: LocalState;
  /** What the first account's secret holds. */
  readonly account: TwilioAccount;
  /** Whether that account was made up by this start. One that was there before may be real: it is not shown. */
  readonly madeUpAccount: boolean;
  /** Where the template has a WebSocket API: what stands in the TwiML and is signed. */
  readonly webSocketUrl: string | undefined;
  /** For tests: a function of the template, by the start of its logical id. */
  functionNamed(start: string): LocalFunction;
  /** Answers what is under way, lets the consumer finish, ends everything. */
  close(): Promise<void>;
}

/** Environments of one function. Ingress waits for SQS most of its time, so a few more than cores pay. */
const maxEnvironments = 4;
/** A laptop gains nothing from more batches at a time. */
const maxConcurrentBatches = 2;
/** How long `close` waits for the queue to empty, in milliseconds. What is left is in the data directory. */
const drainMs = 5_000;

/**
 * Serves a synthesized stack on the loopback interface.
 * @throws UserError for a port in use or a data directory that cannot be used, UnsupportedTemplateError for a template that
 * needs more than this gateway knows
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
  const door = await listen(options.port);
  closers.push(door.close);
  const { directory, template } = await options.assemble();
  checkResources(template);
  const webSocketApis = webSocketApiIds(template);
  const [apiId = ''] =
    resourcesOfType(template, 'AWS::ApiGatewayV2::Api').find(([id]) => !webSocketApis.includes(id)) ?? [];

  const path = dataPath(options.dataDir);
  const dynamodb = await startDynamoDb({
    directory: path('dynamodb') ?? scratchDirectory(closers),
    region: localRegion,
  });
  closers.push(dynamodb.close);
  const queues = await startQueues({ journalPath: path('queues.journal') });
  closers.push(queues.close);
  const secrets = await startSecrets({ storePath: path('secrets.json') });
  closers.push(secrets.close);
  const sns = await startSns({ topicArns: readTopics(template), onNotice: options.onNotice });
  closers.push(sns.close);

  const apiEndpoint = options.publicOrigin ?? door.origin;
  const webSocketEndpoint = apiEndpoint.replace(/^http/, 'ws');
  const endpoints = { http: apiEndpoint, webSocket: webSocketEndpoint };
  const resolve = createResolver(template, localStack, (logicalId) =>
    servedResource(logicalId, { template, resolve, queues, secrets, endpoints }),
  );

  for (const { name, attributes } of readQueues(template, resolve)) queues.create(name, attributes);
  for (const table of readTables(template, resolve, (logicalId) => logicalId))
    await dynamodb.createTable(table);
  for (const { logicalId, initialValue } of readSecrets(template, resolve))
    await secrets.create(logicalId, initialValue);

  const output = (name: string): string => String(resolve(template.Outputs?.[name]?.Value ?? ''));
  // Only these are resolved here: another output may name what no laptop has, a custom domain for instance.
  const ofBreaker = Object.keys(template.Outputs ?? {}).filter(isBreakerOutput);
  const breaker = readBreakerOutputs(Object.fromEntries(ofBreaker.map((name) => [name, output(name)])));
  const secretIds = readAccountSecretArns(output);
  const basicAuthSecretId = output(basicAuthSecretOutput);
  const { account, madeUp } = await secrets.useAccount(secretIds[0] ?? '', options.account);

  const functions = readFunctions(template, resolve, directory, {
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    ...options.functionEnvironment,
  }).map((configuration) => createFunctionPool(configuration, { maxEnvironments, onOutput: options.onLog }));
  closers.push(async () => {
    await Promise.all(functions.map((fn) => fn.close()));
  });

  for (const source of readEventSources(template, resolve, functions)) {
    const stop = startEventSource({
      ...source,
      queue: queues.pollable(source.queueArn),
      maximumConcurrency: Math.min(source.maximumConcurrency, maxConcurrentBatches),
      region: localRegion,
      onFailure: (message) =>
        options.onLog(`${JSON.stringify({ level: 'ERROR', service: 'event-source', message })}\n`),
    });
    closers.push(async () => {
      await queues.drained(source.queueArn, drainMs);
      await stop();
    });
  }

  const api = readApi(template, resolve, functions);
  const identity = { accountId: localAccountId, domainName: new URL(apiEndpoint).hostname };
  const webSocket = readWebSocketApi(template, resolve, functions);
  door.serve(
    createHttpApi({
      ...api,
      identity: { ...identity, apiId, stage: api.stage },
      onAccess: (line) => options.onLog(`${line}\n`),
    }),
  );
  // Closed first of all: nothing new comes in while the rest drains.
  closers.push(door.close);
  if (webSocket !== undefined) {
    const { onUpgrade, close: closeConnections } = createWebSocketApi({
      ...webSocket,
      identity: { ...identity, apiId: webSocket.apiId, stage: webSocket.stage },
      methodArn: localArn('execute-api', `${webSocket.apiId}/${webSocket.stage}/$connect`),
    });
    door.upgrade(onUpgrade);
    // The door would wait for them.
    closers.push(closeConnections);
  }

  const baseUrl = `${door.origin}/${api.stage}`;
  return {
    account,
    madeUpAccount: madeUp,
    webSocketUrl: webSocket && `${webSocketEndpoint}/${webSocket.stage}`,
    close,
    functionNamed: (beginning) => {
      const found = functions.find(({ name }) => name.startsWith(beginning));
      if (found === undefined) throw new Error(`the template has no function ${beginning}…`);
      return found;
    },
    state: {
      pid: process.pid,
      baseUrl,
      publicUrl: options.publicOrigin === undefined ? null : `${options.publicOrigin}/${api.stage}`,
      webhooks: {
        messages: `${baseUrl}/messages`,
        status: `${baseUrl}/status`,
        usage: `${baseUrl}/usage`,
        events: `${baseUrl}/events`,
      },
      endpoints: {
        sqs: queues.endpoint,
        dynamodb: dynamodb.endpoint,
        secretsmanager: secrets.endpoint,
        sns: sns.endpoint,
      },
      queues: {
        events: output(stackOutputs.eventQueueUrl),
        deadLetters: output(stackOutputs.deadLetterQueueUrl),
      },
      tableName: output(stackOutputs.tableName),
      secretIds,
      acceptGet: output(stageFactOutputs.acceptGet) === 'true',
      ...(basicAuthSecretId === '' ? {} : { basicAuthSecretId }),
      ...(breaker === undefined ? {} : { breaker }),
      region: localRegion,
    },
  };
};
