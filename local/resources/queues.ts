import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, type Template } from '../template/template';

export interface QueueDefinition {
  /** `QueueName`, or the logical id. */
  readonly name: string;
  /** As in SQS's `CreateQueue`. */
  readonly attributes: Readonly<Record<string, string>>;
}

const numeric = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];
const policies = ['RedrivePolicy', 'RedriveAllowPolicy'];
const fifo = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

/** The template's `QueueName`, or the logical id. */
export const queueName = (template: Template, resolve: Resolve, logicalId: string): string => {
  const named = resolve(template.Resources[logicalId]?.Properties?.['QueueName']);
  if (typeof named === 'string') return named;
  return template.Resources[logicalId]?.Properties?.['FifoQueue'] === true ? `${logicalId}.fifo` : logicalId;
};

/** The queues of a template, dead-letter queues before the queues that refer to them. */
export const readQueues = (template: Template, resolve: Resolve): QueueDefinition[] => {
  const queues = readResources(template, 'AWS::SQS::Queue', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const attributes: Record<string, string> = {};
    for (const name of [...numeric, ...policies, ...fifo]) {
      const value = properties.value(name);
      if (value !== undefined) attributes[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    properties.only('QueueName', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'Tags');
    return { name: queueName(template, resolve, logicalId), attributes };
  });
  return queues.sort((a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes));
};
