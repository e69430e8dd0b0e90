import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../gateway/gateway-process';
import { startFaultProxy } from '../../helpers/fault-proxy';

/** What a command calls at AWS: a proxy in front of the emulator, which passes everything on. */
export interface AwsCalls {
  /** For the environment of a command. */
  readonly env: Readonly<Record<string, string>>;
  /** The permissions that every call so far needs. */
  readonly permissions: () => readonly string[];
  /** How often an action was called since the start or the last `reset`. */
  readonly count: (action: string) => number;
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/** The service of each action that commands call. An unknown one fails the test. */
const services: Readonly<Record<string, readonly string[]>> = {
  cloudformation: ['DescribeStacks', 'GetTemplate'],
  cloudwatch: ['DescribeAlarms', 'GetMetricData'],
  dynamodb: ['BatchGetItem', 'BatchWriteItem', 'Query', 'Scan'],
  secretsmanager: ['GetSecretValue'],
  sns: ['ListSubscriptionsByTopic', 'Publish'],
  sqs: [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'ListMessageMoveTasks',
    'ReceiveMessage',
    'SendMessage',
    'StartMessageMoveTask',
  ],
};

/** The permission of a batch in SQS and SNS is that of the single call. */
const permissionOf = (action: string): string => {
  // The one call without an action in a header or a form: Lambda's API has paths instead.
  if (action === '') return 'lambda:GetAccountSettings';
  const [service] =
    Object.entries(services).find(([, names]) => names.includes(action) || names.includes(singleOf(action))) ?? [];
  if (service === undefined) throw new Error(`No service is known for the action ${action}.`);
  return `${service}:${['sns', 'sqs'].includes(service) ? singleOf(action) : action}`;
};

const singleOf = (action: string): string => action.replace(/Batch$/, '');

export const startAwsCalls = async (): Promise<AwsCalls> => {
  const proxy = await startFaultProxy(() => process.env['AWS_ENDPOINT_URL'] ?? '');
  const called = new Set<string>();
  const keep = (): void => proxy.calls.forEach((action) => called.add(action));
  return {
    env: { AWS_ENDPOINT_URL: proxy.endpoint },
    permissions: () => {
      keep();
      return [...new Set([...called].map(permissionOf))].sort();
    },
    count: (action) => proxy.calls.filter((call) => call === action).length,
    reset: () => {
      keep();
      proxy.reset();
    },
    close: () => proxy.close(),
  };
};

/** The permissions that a document names, such as `sqs:SendMessage`. */
export const documentedPermissions = (document: string): readonly string[] => {
  const text = readFileSync(join(projectRoot, 'docs', document), 'utf8');
  return [...new Set([...text.matchAll(/`([a-z]+:[A-Z][A-Za-z]+)`/g)].map(([, name = '']) => name))].sort();
};
