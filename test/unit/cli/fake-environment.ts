import { createColors } from 'picocolors';
import type { SecretStore } from '../../../cli/clients/ports';
import type { VersionStage } from '../../../cli/clients/ports';
import type { DeadLetterQueue } from '../../../cli/clients/ports';
import { runCli } from '../../../cli/main';
import type { EventReader } from '../../../cli/clients/dynamodb/event-view';
import type { WebhookReader } from '../../../cli/clients/webhooks/webhook-reader';
import type { MessageReader } from '../../../cli/clients/dynamodb/message-view';
import type { OptOutReader } from '../../../cli/opt-outs/opt-outs';
import type { CliEnvironment } from '../../../cli/context';
import type { Backend } from '../../../cli/clients/ports';
import type { PostRequest } from '../../../cli/clients/post';
import type { Target } from '../../../cli/target/target';
import type { TwilioEnvironment } from '../../../cli/twilio/api/accounts';

export const accountSid = `AC${'1'.repeat(32)}`;
export const otherAccountSid = `AC${'2'.repeat(32)}`;
export const authToken = 'dummy-token-of-account-1';
export const messageSid = `SM${'a'.repeat(32)}`;

const address = (route: string) => ({
  postUrl: `http://127.0.0.1:9/dev/${route}`,
  signedUrl: `https://public.example/dev/${route}`,
});

export const fakeTarget: Target = {
  name: 'the local gateway',
  webhooks: {
    messages: address('messages'),
    status: address('status'),
    usage: address('usage'),
    events: address('events'),
  },
  eventQueueUrl: 'http://127.0.0.1:9/queues/events',
  deadLetterQueueUrl: 'http://127.0.0.1:9/queues/dead-letters',
  tableName: 'Table',
  secretIds: ['first-account'],
  connection: {
    kind: 'local',
    region: 'us-east-1',
    endpoints: {
      sqs: 'http://127.0.0.1:9',
      dynamodb: 'http://127.0.0.1:9',
      secretsmanager: 'http://127.0.0.1:9',
      sns: 'http://127.0.0.1:9',
    },
  },
};

/** What a target with a circuit breaker has. */
export const fakeBreaker: NonNullable<Target['breaker']> = {
  secretId: 'breaker',
  queueUrl: 'http://127.0.0.1:9/queues/breaker',
  deadLetterQueueUrl: 'http://127.0.0.1:9/queues/breaker-dead-letters',
  dryRun: false,
  triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }],
};

export const secretText = (sid: string, token: string): string => JSON.stringify({ accountSid: sid, authToken: token });

const absent = (port: string) => () => Promise.reject(new Error(`the test provides no ${port}`));

/** Secrets by id and version stage. */
export const fakeSecrets = (
  secrets: Readonly<Record<string, Partial<Record<VersionStage, string>>>>,
  stored = new Map<string, string>(),
): SecretStore & { readonly stored: Map<string, string> } => ({
  stored,
  put: (secretId, text) => {
    stored.set(secretId, text);
    return Promise.resolve();
  },
  describe: (secretId) => {
    const versions = secrets[secretId];
    return Promise.resolve(
      versions === undefined
        ? undefined
        : {
            name: secretId,
            stages: Object.keys(versions),
            versionIds: Object.fromEntries(Object.keys(versions).map((stage) => [stage, `id-of-${stage}`])),
            changedAt: '2026-01-02T03:04:05.000Z',
          },
    );
  },
  putPending: absent('place for AWSPENDING'),
  moveCurrent: absent('label to move'),
  removePending: absent('label to remove'),
  read: (secretId, stage) => {
    const text = secrets[secretId]?.[stage];
    return Promise.resolve(text === undefined ? { kind: 'missing' } : { kind: 'text', text });
  },
});

export interface EnvironmentParts {
  /** No gateway is found. */
  readonly isWithoutGateway?: true;
  readonly target?: Partial<Target>;
  readonly secrets?: SecretStore;
  /** The input of the hidden prompt. */
  readonly hidden?: string;
  /** Files by path; that of standard input is `-`. */
  readonly inputs?: Readonly<Record<string, string | Buffer>>;
  readonly messages?: MessageReader;
  readonly events?: EventReader;
  readonly webhooks?: Partial<WebhookReader>;
  readonly optOuts?: OptOutReader;
  readonly deadLetters?: DeadLetterQueue;
  readonly breakerDeadLetters?: DeadLetterQueue;
  readonly post?: CliEnvironment['post'];
  readonly twilio?: Partial<TwilioEnvironment>;
  readonly aws?: NonNullable<Backend['aws']>;
  readonly poisonQueues?: NonNullable<Backend['poisonQueues']>;
  readonly replies?: NonNullable<Backend['replies']>;
  readonly otherStages?: NonNullable<Backend['otherStages']>;
  readonly reconciling?: NonNullable<Backend['reconciling']>;
  readonly backup?: NonNullable<Backend['backup']>;
  readonly erasing?: NonNullable<Backend['erasing']>;
  readonly publishing?: NonNullable<Backend['publishing']>;
  readonly s3Put?: NonNullable<Backend['s3Put']>;
  readonly hasCanary?: NonNullable<Backend['hasCanary']>;
  readonly fallbackRegionStack?: NonNullable<Backend['fallbackRegionStack']>;
  readonly alarmSubscriptions?: NonNullable<Backend['alarmSubscriptions']>;
  readonly workingDirectory?: string;
  /** Gets what is printed while the command runs. */
  readonly onData?: (text: string) => void;
  readonly runDev?: CliEnvironment['runDev'];
  readonly confirm?: CliEnvironment['confirm'];
  readonly ask?: CliEnvironment['ask'];
  readonly sleep?: CliEnvironment['sleep'];
  readonly signal?: AbortSignal;
  readonly now?: Date;
  /** A clock that moves, instead of `now`. */
  readonly clock?: () => Date;
}

/** Rejects what a test does not provide. */
const absentReader: WebhookReader = {
  newest: () => {
    throw new Error('the test provides no list');
  },
  follow: () => {
    throw new Error('the test provides nothing to follow');
  },
  conversations: absent('conversations'),
  conversation: absent('conversation'),
  bySubject: absent('subjects'),
};

export interface CliResult {
  readonly exitCode: number;
  readonly data: string;
  readonly notes: string;
  readonly posts: readonly PostRequest[];
  readonly openedStages: readonly (string | undefined)[];
}

/** Runs a command line in an environment that throws for every part that the test does not provide. */
export const run = async (args: readonly string[], parts: EnvironmentParts = {}): Promise<CliResult> => {
  const data: string[] = [];
  const notes: string[] = [];
  const posts: PostRequest[] = [];
  const openedStages: (string | undefined)[] = [];
  const { secrets, messages, events, webhooks, optOuts, deadLetters } = parts;
  const exitCode = await runCli(args, {
    output: {
      data: (text) => {
        data.push(text);
        parts.onData?.(text);
      },
      note: (text) => notes.push(text),
    },
    paint: createColors(false),
    signal: parts.signal ?? new AbortController().signal,
    confirm: parts.confirm,
    ask: parts.ask,
    readHidden: () => (parts.hidden === undefined ? absent('hidden input')() : Promise.resolve(parts.hidden)),
    readInput: (path) => {
      const content = parts.inputs?.[path ?? '-'];
      return content === undefined ? absent(`input ${path ?? '-'}`)() : Promise.resolve(Buffer.from(content as string));
    },
    openBackend: ({ stage }) => {
      openedStages.push(stage);
      if (parts.isWithoutGateway === true) return absent('gateway')();
      return Promise.resolve({
        target: { ...fakeTarget, ...parts.target },
        secrets: secrets === undefined ? absent('secrets') : () => Promise.resolve(secrets),
        messages: messages === undefined ? absent('messages') : () => Promise.resolve(messages),
        events: events === undefined ? absent('events') : () => Promise.resolve(events),
        webhooks: webhooks === undefined ? absent('webhooks') : () => Promise.resolve({ ...absentReader, ...webhooks }),
        optOuts: optOuts === undefined ? absent('opt-outs') : () => Promise.resolve(optOuts),
        decisions: absent('decisions'),
        deadLetters: (queue = 'events') => {
          const found = queue === 'breaker' ? parts.breakerDeadLetters : deadLetters;
          return found === undefined ? absent(`dead letters of ${queue}`)() : Promise.resolve(found);
        },
        queueCounts: absent('queue counts'),
        ...(parts.aws === undefined ? {} : { aws: parts.aws }),
        ...(parts.poisonQueues === undefined ? {} : { poisonQueues: parts.poisonQueues }),
        ...(parts.replies === undefined ? {} : { replies: parts.replies }),
        ...(parts.otherStages === undefined ? {} : { otherStages: parts.otherStages }),
        ...(parts.reconciling === undefined ? {} : { reconciling: parts.reconciling }),
        ...(parts.backup === undefined ? {} : { backup: parts.backup }),
        ...(parts.erasing === undefined ? {} : { erasing: parts.erasing }),
        ...(parts.publishing === undefined ? {} : { publishing: parts.publishing }),
        ...(parts.s3Put === undefined ? {} : { s3Put: parts.s3Put }),
        ...(parts.hasCanary === undefined ? {} : { hasCanary: parts.hasCanary }),
        ...(parts.fallbackRegionStack === undefined ? {} : { fallbackRegionStack: parts.fallbackRegionStack }),
        ...(parts.alarmSubscriptions === undefined ? {} : { alarmSubscriptions: parts.alarmSubscriptions }),
      });
    },
    post: (request) => {
      posts.push(request);
      return parts.post === undefined ? absent('post')() : parts.post(request);
    },
    twilio: {
      config: absent('twilio.config.ts'),
      variable: () => undefined,
      open: absent('Twilio account'),
      writePrivateFile: absent('place for the undo record'),
      ...parts.twilio,
    },
    workingDirectory: () => {
      if (parts.workingDirectory === undefined) throw new Error('the test provides no working directory');
      return parts.workingDirectory;
    },
    stageNames: () => Promise.resolve(['dev', 'prod']),
    runDev: parts.runDev ?? absent('local gateway'),
    now: () => parts.clock?.() ?? parts.now ?? new Date('2026-03-04T05:06:07.008Z'),
    sleep: parts.sleep ?? (() => Promise.resolve()),
  });
  return { exitCode, data: data.join('\n'), notes: notes.join('\n'), posts, openedStages };
};
