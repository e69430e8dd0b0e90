import { integer } from '../../server/aws-json-input';
import { readInput, sqsError } from '../errors';

/** Attributes that can be set; all are strings, as over HTTP. */
export type QueueAttributes = Readonly<Record<string, string>>;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns: readonly string[];
}

/** Ranges and defaults: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const numeric: Readonly<
  Record<string, { readonly min: number; readonly max: number; readonly defaultValue?: number }>
> = {
  DelaySeconds: { min: 0, max: 900, defaultValue: 0 },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400 },
  MaximumMessageSize: { min: 1024, max: 1_048_576, defaultValue: 1_048_576 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, defaultValue: 345_600 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, defaultValue: 0 },
  VisibilityTimeout: { min: 0, max: 43_200, defaultValue: 30 },
};

/** These are stored and returned, but have no effect: nothing is encrypted or authorized locally. */
const ignored = ['KmsMasterKeyId', 'Policy', 'SqsManagedSseEnabled'];
const policies = ['RedrivePolicy', 'RedriveAllowPolicy'];
/** Attributes of FIFO queues with their values. `FifoQueue` is `true` or absent. */
const fifo: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
const readOnly = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

const known = new Set([...Object.keys(numeric), ...ignored, ...policies, ...Object.keys(fifo), ...readOnly]);

export const defaultAttributes: QueueAttributes = {
  ...Object.fromEntries(
    Object.entries(numeric).flatMap(([name, { defaultValue }]) =>
      defaultValue === undefined ? [] : [[name, String(defaultValue)]],
    ),
  ),
  SqsManagedSseEnabled: 'true',
};

/**
 * Checks each attribute on its own.
 * @throws AwsJsonError `InvalidAttributeName`, `InvalidAttributeValue`
 */
export const readQueueAttributes = (entries: readonly (readonly [string, string])[]): QueueAttributes => {
  for (const [name, value] of entries) {
    const range = numeric[name];
    const allowed = fifo[name];
    if (allowed !== undefined && !allowed.includes(value)) {
      throw sqsError('InvalidAttributeValue', `The attribute ${name} must be ${allowed.join(' or ')}.`);
    }
    if (!known.has(name) || readOnly.includes(name)) {
      throw sqsError('InvalidAttributeName', `The attribute ${name.slice(0, 80)} does not exist or cannot be set.`);
    }
    if (range !== undefined) {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < range.min || number > range.max) {
        throw sqsError(
          'InvalidAttributeValue',
          `The attribute ${name} must be a whole number from ${range.min} to ${range.max}.`,
        );
      }
    }
    if (name === 'RedrivePolicy') readRedrivePolicy(value);
    if (name === 'RedriveAllowPolicy') readRedriveAllowPolicy(value);
  }
  return Object.fromEntries(entries);
};

/** The value of a numeric attribute, which has been validated before. */
export const numberOf = (attributes: QueueAttributes, name: string): number => Number(attributes[name]);

/** Returns `undefined` if there is no policy. As on AWS, an empty string removes the policy. */
export const readRedrivePolicy = (value: string | undefined): RedrivePolicy | undefined => {
  if (value === undefined || value === '') return undefined;
  const { deadLetterTargetArn, maxReceiveCount, ...rest } = parsePolicy('RedrivePolicy', value);
  // CloudFormation passes numbers as strings.
  const count = maxReceiveCount === undefined ? 10 : Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || Object.keys(rest).length > 0) {
    throw invalidValue('RedrivePolicy', 'a JSON object with deadLetterTargetArn and maxReceiveCount only');
  }
  readInput(integer(1, 1000), count, 'RedrivePolicy.maxReceiveCount');
  return { deadLetterTargetArn, maxReceiveCount: count };
};

export const readRedriveAllowPolicy = (value: string | undefined): RedriveAllowPolicy => {
  if (value === undefined || value === '') return { redrivePermission: 'allowAll', sourceQueueArns: [] };
  const { redrivePermission: permission, sourceQueueArns: arns, ...rest } = parsePolicy('RedriveAllowPolicy', value);
  const isList = Array.isArray(arns) && arns.length > 0 && arns.length <= 10;
  const sourceQueueArns = isList ? arns.filter((arn): arn is string => typeof arn === 'string') : [];
  if (permission === 'byQueue' && isList && Object.keys(rest).length === 0) {
    return { redrivePermission: permission, sourceQueueArns };
  }
  if ((permission === 'allowAll' || permission === 'denyAll') && arns === undefined && Object.keys(rest).length === 0) {
    return { redrivePermission: permission, sourceQueueArns };
  }
  throw invalidValue(
    'RedriveAllowPolicy',
    'a JSON object with redrivePermission allowAll or denyAll, or with byQueue and 1 to 10 sourceQueueArns',
  );
};

/** @throws AwsJsonError for a name that GetQueueAttributes does not know */
export const checkAttributeNames = (names: readonly string[]): void => {
  const unknown = names.find((name) => name !== 'All' && !known.has(name));
  if (unknown !== undefined) {
    throw sqsError('InvalidAttributeName', `The attribute ${unknown.slice(0, 80)} does not exist.`);
  }
};

const parsePolicy = (name: string, value: string): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(value);
    // The caller checks the members.
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Rejected below with our own message.
  }
  throw invalidValue(name, 'a JSON object');
};

const invalidValue = (name: string, allowed: string) =>
  sqsError('InvalidAttributeValue', `The attribute ${name} must be ${allowed}.`);
