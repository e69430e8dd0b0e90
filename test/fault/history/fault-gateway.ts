import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
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
import { countMessages, createSendCount, type SendCount } from './count-messages';
import type { Invocation, MessageCount, Row } from './history';
import { watchConsumer } from './watch-consumer';

/** A gateway with broken lines, and what its surroundings can do to it. */
export interface World extends ProxiedGateway {
  /** Ends the execution environments that make calls of an action, as abruptly as a host that dies. */
  readonly killCallerOf: (action: string) => Promise<void>;
  readonly putToken: (token: string, stages: readonly string[]) => Promise<void>;
  /** The pending version becomes the current one, the current one the previous. */
  readonly promotePending: () => Promise<void>;
  readonly putOnQueue: (body: string) => Promise<void>;
  /** Starts what `gateway dead-letters redrive` does, and waits for its end. */
  readonly redrive: () => Promise<void>;
  readonly rows: () => Promise<Row[]>;
  /**
   * The bodies in the dead-letter queue, as an operator's look finds them.
   * @throws Error if some stay hidden
   */
  readonly deadLetters: () => Promise<string[]>;
  /** Told of every call, it knows how many messages SQS was given. */
  readonly sends: SendCount;
  /** The batches that the consumer was given. */
  readonly invocations: readonly Invocation[];
  /** Undefined where the traffic never held still. */
  readonly countMessages: (when: string) => Promise<MessageCount | undefined>;
}

export interface WorldOptions {
  readonly assembly: Assembly;
  readonly account: TwilioAccount;
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /**
   * Of the event queue. @default the template's, which every work keeps; what the consumer did not take off is received again a
   * second after its answer
   */
  readonly visibilitySeconds?: number | undefined;
}

/** After the consumer's answer; five of them pass before a message is a dead letter. */
const retrySeconds = 1;
/** How long a look at the dead letters is repeated while some of them are hidden: as long as a look hides them, and then some. */
const seeAllMs = 90_000;

export const startWorld = async (options: WorldOptions): Promise<World> => {
  const { assembly, account, functionEnvironment = {}, visibilitySeconds } = options;
  const proxied = await startProxiedGateway({
    assembly:
      visibilitySeconds === undefined
        ? assembly
        : withProperties(assembly, 'AWS::SQS::Queue', /^EventQueue(?!DeadLetter)/, {
            VisibilityTimeout: visibilitySeconds,
          }),
    account,
    // A second, so that secrets are read again and again while everything goes on.
    functionEnvironment: { SECRET_TTL_SECONDS: '1', ...functionEnvironment },
  });
  const { gateway } = proxied;
  const { state } = gateway.gateway;
  const [SecretId = ''] = state.secretIds;
  const sqs = new SQS({ endpoint: state.endpoints.sqs, region: localRegion, credentials: localCredentials });
  const look = createSqsDeadLetterQueue(sqs, state.queues.deadLetters, new AbortController().signal);

  const sends = createSendCount(() => proxied.proxies.sqs.done('SendMessage'));
  const watch = watchConsumer(
    gateway.gateway.functionNamed('Consumer'),
    gateway,
    visibilitySeconds === undefined ? retrySeconds : undefined,
  );
  const inDeadLetterQueue = (): Promise<number> => gateway.queued(state.queues.deadLetters);

  /** One look, and the hidden ones are not among what it finds. */
  const lookAtDeadLetters = async (): Promise<string[]> => {
    const seen = new Map<string, string>();
    const handles: string[] = [];
    for (let batch = await look.receive(); batch.length > 0; batch = await look.receive()) {
      for (const { id, body, receiptHandle } of batch) {
        seen.set(id, body);
        handles.push(receiptHandle);
      }
    }
    await look.release(handles);
    return [...seen.values()];
  };

  return {
    ...proxied,
    sends,
    invocations: watch.invocations,
    countMessages: (when) =>
      countMessages(when, {
        sends,
        takenOff: watch.takenOff,
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
          queue: look,
          output: { note: () => undefined },
          signal: new AbortController().signal,
          sleep: (milliseconds) => sleep(milliseconds / 5),
        },
        undefined,
      );
    },
    rows: async () => [...(await gateway.items()), ...(await gateway.markers())].map(rowOf),
    deadLetters: async () => {
      const until = Date.now() + seeAllMs;
      for (;;) {
        const due = await inDeadLetterQueue();
        const seen = due === 0 ? [] : await lookAtDeadLetters();
        if (seen.length === due) return seen;
        if (Date.now() > until) {
          throw new Error(
            `${due} messages are in the dead-letter queue, and ${seen.length} of them can be seen`,
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

const callerOf = (action: string): string =>
  ['SendMessage', 'GetSecretValue', 'DescribeSecret'].includes(action) ? 'Ingress' : 'Consumer';

const rowOf = (item: Readonly<Record<string, AttributeValue>>): Row => {
  const texts = Object.fromEntries(
    Object.entries(item).map(([name, { S, N, ...other }]) => [name, S ?? N ?? JSON.stringify(other)]),
  );
  return { ...texts, pk: texts['pk'] ?? '', sk: texts['sk'] ?? '' };
};
