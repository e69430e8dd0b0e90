import { sqsError } from './errors';
import {
  defaultAttributes,
  numberOf,
  readQueueAttributes,
  readRedriveAllowPolicy,
  readRedrivePolicy,
  type QueueAttributes,
} from './actions/queue-attributes';
import { isFifoName } from './queue/ledger';
import type { QueueMessages } from './queue/queue-messages';

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly messages: QueueMessages;
  readonly createdAtMs: number;
  modifiedAtMs: number;
  purgedAtMs: number | undefined;
  /** Complete: defaults filled in. */
  attributes: QueueAttributes;
}

/** All queues and their redrive relations. */
export interface Queues {
  /** Creates a queue, or returns the existing one. @throws AwsJsonError `QueueNameExists` if its attributes differ */
  readonly create: (name: string, attributes: readonly (readonly [string, string])[]) => Queue;
  readonly setAttributes: (queue: Queue, attributes: readonly (readonly [string, string])[]) => void;
  readonly urlOf: (queue: Queue) => string;
  /** @throws AwsJsonError `QueueDoesNotExist`, `InvalidAddress` */
  readonly byUrl: (url: string) => Queue;
  readonly byName: (name: string) => Queue;
  readonly byArn: (arn: string) => Queue | undefined;
  readonly all: () => readonly Queue[];
  /** The dead-letter queue; undefined without a redrive policy. */
  readonly deadLetterTargetOf: (
    queue: Queue,
  ) => { readonly queue: Queue; readonly maxReceiveCount: number } | undefined;
  /** The queues whose dead letters go to this queue. */
  readonly sourcesOf: (deadLetterQueue: Queue) => readonly Queue[];
}

export interface QueuesOptions {
  readonly region: string;
  readonly accountId: string;
  /** Base URL without a trailing slash. A function, because the port is known late. */
  readonly endpoint: () => string;
  readonly now: () => number;
  readonly messagesOf: (name: string) => QueueMessages;
}

export const createQueues = ({ region, accountId, endpoint, now, messagesOf }: QueuesOptions): Queues => {
  const queues = new Map<string, Queue>();
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const byArn = (arn: string): Queue | undefined => [...queues.values()].find((queue) => queue.arn === arn);
  const byName = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue === undefined) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };

  const checkRedrive = (arn: string, attributes: QueueAttributes): void => {
    const policy = readRedrivePolicy(attributes.RedrivePolicy);
    if (policy === undefined) return;
    const target = byArn(policy.deadLetterTargetArn);
    if (target !== undefined && isFifoName(target.arn) !== isFifoName(arn)) {
      throw sqsError(
        'InvalidParameterValue',
        `The dead-letter queue of ${arn} must be of the same type, FIFO or standard.`,
      );
    }
    if (target === undefined || target.arn === arn) {
      throw sqsError(
        'InvalidParameterValue',
        `The RedrivePolicy of ${arn} names ${policy.deadLetterTargetArn}, which is not another existing queue. ` +
          'Create the dead-letter queue first.',
      );
    }
    const allow = readRedriveAllowPolicy(target.attributes.RedriveAllowPolicy);
    if (allow.redrivePermission === 'allowAll' || allow.sourceQueueArns.includes(arn)) return;
    throw sqsError(
      'InvalidParameterValue',
      `The RedriveAllowPolicy of ${target.arn} does not let ${arn} use it as a dead-letter queue.`,
    );
  };

  const merge = (current: QueueAttributes, changes: QueueAttributes): QueueAttributes =>
    // An empty policy removes it.
    Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ''));

  return {
    create: (name, entries) => {
      if (!/^(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?$/.test(name)) {
        throw sqsError(
          'InvalidParameterValue',
          'A queue name must have 1 to 80 of A-Z a-z 0-9 - _; that of a FIFO queue ends in .fifo.',
        );
      }
      const requested = readQueueAttributes(entries.filter(([key, value]) => key !== 'FifoQueue' || value !== 'false'));
      checkFifo(name, requested);
      const existing = queues.get(name);
      if (existing !== undefined) {
        const other = Object.entries(requested).find(([key, value]) => (existing.attributes[key] ?? '') !== value);
        if (other === undefined) return existing;
        throw sqsError('QueueNameExists', `The queue ${name} exists with another value of ${other[0]}.`);
      }
      const attributes = merge(defaultAttributes, requested);
      checkRedrive(arnOf(name), attributes);
      const nowMs = now();
      const queue: Queue = {
        name,
        arn: arnOf(name),
        messages: messagesOf(name),
        createdAtMs: nowMs,
        modifiedAtMs: nowMs,
        purgedAtMs: undefined,
        attributes,
      };
      queues.set(name, queue);
      return queue;
    },
    setAttributes: (queue, entries) => {
      const attributes = merge(queue.attributes, readQueueAttributes(entries));
      checkRedrive(queue.arn, attributes);
      queue.attributes = attributes;
      queue.modifiedAtMs = now();
    },
    urlOf: (queue) => `${endpoint()}/${accountId}/${queue.name}`,
    byName,
    byUrl: (url) => {
      // Any host, as with AWS's legacy endpoints: 127.0.0.1 and localhost are the same queue.
      const path = URL.canParse(url) ? new URL(url).pathname.split('/') : [];
      const [, account, name] = path;
      if (path.length !== 3 || account === undefined || name === undefined) {
        throw sqsError('InvalidAddress', `The QueueUrl is not valid; it must be like ${endpoint()}/${accountId}/name.`);
      }
      if (account !== accountId) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
      return byName(name);
    },
    byArn,
    all: () => [...queues.values()],
    deadLetterTargetOf: ({ attributes }) => {
      const policy = readRedrivePolicy(attributes.RedrivePolicy);
      const queue = policy && byArn(policy.deadLetterTargetArn);
      return policy && queue && { queue, maxReceiveCount: policy.maxReceiveCount };
    },
    sourcesOf: ({ arn }) =>
      [...queues.values()].filter(
        ({ attributes }) => readRedrivePolicy(attributes.RedrivePolicy)?.deadLetterTargetArn === arn,
      ),
  };
};

const fifoOnly = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

const checkFifo = (name: string, attributes: QueueAttributes): void => {
  if (isFifoName(name) !== (attributes['FifoQueue'] === 'true')) {
    throw sqsError(
      'InvalidParameterValue',
      'The name of a FIFO queue ends in .fifo and its attribute FifoQueue is true, or neither.',
    );
  }
  const misplaced = fifoOnly.find((key) => attributes[key] !== undefined && !isFifoName(name));
  if (misplaced === undefined) return;
  throw sqsError('InvalidAttributeName', `The attribute ${misplaced} is for FIFO queues.`);
};

/** Advances a queue to this time: messages whose timeout has passed become visible, expired ones are deleted. */
export const advance = (queue: Queue, nowMs: number): void => {
  queue.messages.advanceTo(nowMs, numberOf(queue.attributes, 'MessageRetentionPeriod') * 1000);
};
