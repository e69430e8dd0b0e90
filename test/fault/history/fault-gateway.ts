import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQS } from '@aws-sdk/client-sqs';
import { redrive } from '../../../cli/dead-letters/redrive';
import { createSqsDeadLetterQueue } from '../../../cli/clients/sqs-dead-letter-queue';
import type { TwilioAccount } from '../../../local/accounts';
import { localCredentials, localRegion } from '../../../local/server/aws-identity';
import type { Assembly } from '../../../local/gateway';
import { startProxiedGateway, type ProxiedGateway } from '../../helpers/proxied-gateway';
import { withProperties } from '../../helpers/stack-facts';
import { publisherName } from '../events/handlers';
import { rowOf } from '../events/row-of';
import { countMessages, createSendCount, type SendCount } from './count-messages';
import type { Invocation, MessageCount, Row } from './history';
import { watchConsumer } from './watch-consumer';

/** A gateway behind fault proxies, with what operators and hosts can do to it. */
export interface FaultGateway extends ProxiedGateway {
  /** Ends the execution environments that make calls of an action, as abruptly as a host that fails. */
  readonly killCallerOf: (action: string) => Promise<void>;
  readonly putToken: (token: string, stages: readonly string[]) => Promise<void>;
  /** The pending version becomes the current one, the current one the previous. */
  readonly promotePending: () => Promise<void>;
  readonly putOnQueue: (body: string) => Promise<void>;
  /** Runs what `gateway dead-letters redrive` runs, and waits for its end. */
  readonly redrive: () => Promise<void>;
  readonly rows: () => Promise<Row[]>;
  /**
   * The bodies in the dead-letter queue, as `gateway dead-letters` reads them.
   * @throws Error if some stay hidden
   */
  readonly deadLetters: () => Promise<string[]>;
  /** How many messages SQS was given. */
  readonly sends: SendCount;
  /** The batches that the consumer was given. */
  readonly invocations: readonly Invocation[];
  /** Undefined if the numbers kept changing. */
  readonly countMessages: (when: string) => Promise<MessageCount | undefined>;
}

export interface FaultGatewayOptions {
  readonly assembly: Assembly;
  readonly account: TwilioAccount;
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /**
   * Visibility timeout of the event queue. @default the template's, longer than any work; a message that the consumer
   * reported as failed is received again after a second
   */
  readonly visibilitySeconds?: number | undefined;
}

/** Between the consumer's answer and the next receive; a message is a dead letter after five receives. */
const retrySeconds = 1;
/** How long dead letters are read again while some are hidden: longer than one read hides them. */
const readAllMs = 90_000;

export const startFaultGateway = async (options: FaultGatewayOptions): Promise<FaultGateway> => {
  const { assembly, account, functionEnvironment = {}, visibilitySeconds } = options;
  const proxied = await startProxiedGateway({
    assembly:
      visibilitySeconds === undefined
        ? assembly
        : withProperties(assembly, 'AWS::SQS::Queue', /^EventQueue(?!DeadLetter)/, {
            VisibilityTimeout: visibilitySeconds,
          }),
    account,
    // A second, so that secrets are read many times during a history.
    functionEnvironment: { SECRET_TTL_SECONDS: '1', ...functionEnvironment },
  });
  const { gateway } = proxied;
  const { state } = gateway.gateway;
  const [SecretId = ''] = state.secretIds;
  const sqs = new SQS({ endpoint: state.endpoints.sqs, region: localRegion, credentials: localCredentials });
  const deadLetterQueue = createSqsDeadLetterQueue(sqs, state.queues.deadLetters, new AbortController().signal);

  const sends = createSendCount(() => proxied.proxies.sqs.done('SendMessage'));
  const watch = watchConsumer(
    gateway.gateway.functionNamed('Consumer'),
    gateway,
    visibilitySeconds === undefined ? retrySeconds : undefined,
  );
  const inDeadLetterQueue = (): Promise<number> => gateway.queued(state.queues.deadLetters);

  /** Reads the visible ones once. */
  const readDeadLetters = async (): Promise<string[]> => {
    const seen = new Map<string, string>();
    const handles: string[] = [];
    for (let batch = await deadLetterQueue.receive(); batch.length > 0; batch = await deadLetterQueue.receive()) {
      for (const { id, body, receiptHandle } of batch) {
        seen.set(id, body);
        handles.push(receiptHandle);
      }
    }
    await deadLetterQueue.release(handles);
    return [...seen.values()];
  };

  return {
    ...proxied,
    sends,
    invocations: watch.invocations,
    countMessages: (when) =>
      countMessages(when, {
        sends,
        deleted: watch.deleted,
        version: watch.version,
        inEventQueue: () => gateway.queued(state.queues.events),
        inDeadLetterQueue,
      }),
    killCallerOf: (action) => gateway.gateway.functionNamed(callerOf(action)).close(),
    putToken: async (authToken, stages) => {
      await gateway.secretsManager.send(
        new PutSecretValueCommand({
          SecretId,
          SecretString: JSON.stringify({ accountSid: account.accountSid, authToken }),
          VersionStages: [...stages],
        }),
      );
    },
    promotePending: async () => {
      const versions = await gateway.secretsManager.send(new DescribeSecretCommand({ SecretId }));
      const versionWith = (stage: string): string | undefined =>
        Object.entries(versions.VersionIdsToStages ?? {}).find(([, stages]) => stages.includes(stage))?.[0];
      await gateway.secretsManager.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: versionWith('AWSPENDING'),
          RemoveFromVersionId: versionWith('AWSCURRENT'),
        }),
      );
    },
    putOnQueue: async (body) => {
      sends.putBegins();
      await gateway.sqs.send(new SendMessageCommand({ QueueUrl: state.queues.events, MessageBody: body }));
      sends.putEnds();
    },
    redrive: async () => {
      await redrive(
        {
          queue: deadLetterQueue,
          output: { note: () => undefined },
          signal: new AbortController().signal,
          sleep: (milliseconds) => sleep(milliseconds / 5),
        },
        undefined,
      );
    },
    rows: async () => [...(await gateway.items()), ...(await gateway.markers())].map(rowOf),
    deadLetters: async () => {
      const until = Date.now() + readAllMs;
      for (;;) {
        const expected = await inDeadLetterQueue();
        const bodies = expected === 0 ? [] : await readDeadLetters();
        if (bodies.length === expected) return bodies;
        if (Date.now() > until) {
          throw new Error(
            `${expected} messages are in the dead-letter queue, but only ${bodies.length} could be received`,
          );
        }
      }
    },
    close: async () => {
      sqs.destroy();
      await proxied.close();
    },
  };
};

const callerOf = (action: string): string => {
  if (action === 'PublishBatch') return publisherName;
  return ['SendMessage', 'GetSecretValue', 'DescribeSecret'].includes(action) ? 'Ingress' : 'Consumer';
};
