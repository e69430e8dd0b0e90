import { SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';

/**
 * Differences between the emulator and AWS, and the rehearsal's workarounds. workarounds.test.ts asks the
 * emulator whether each is still needed, and fails on one that is not: then delete it.
 */

/** The fields of a template that the repairs read. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface TemplateRepair {
  /** What the emulator does. */
  readonly fault: string;
  /** What AWS does, and where it says so. */
  readonly aws: string;
  /** A template that AWS takes as it is. The emulator fails to create it, or has another output `Value`. */
  readonly probe: Template;
  /** What AWS makes of the probe's output. */
  readonly expected: RegExp;
  readonly apply: (template: Template) => Template;
}

const mapResources = (template: Template, map: (resource: Resource) => Resource): Template => ({
  ...template,
  Resources: Object.fromEntries(Object.entries(template.Resources).map(([id, resource]) => [id, map(resource)])),
});

const metricAlarm: Resource = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 1,
    Metrics: [
      { Id: 'sum', Expression: 'FILL(one, 0)', ReturnData: true },
      {
        Id: 'one',
        MetricStat: { Metric: { Namespace: 'Probe', MetricName: 'One' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
    ],
  },
};

/**
 * In place of the expression, the first metric that it is made of: the alarm exists, and nothing here looks at its
 * threshold.
 */
const firstMetric = (resource: Resource): Resource => {
  const { Metrics, ...others } = resource.Properties ?? {};
  if (resource.Type !== 'AWS::CloudWatch::Alarm' || !Array.isArray(Metrics)) return resource;
  const stat = (Metrics as readonly { MetricStat?: { Metric: object; Period: number; Stat: string } }[]).find(
    ({ MetricStat }) => MetricStat !== undefined,
  )?.MetricStat;
  return {
    ...resource,
    Properties: { ...others, ...stat?.Metric, Period: stat?.Period, Statistic: stat?.Stat },
  };
};

/** `Ref` of one of these logical ids becomes the attribute that has the ARN. */
const refToArn = (value: unknown, logicalIds: ReadonlySet<string>): unknown => {
  if (Array.isArray(value)) return value.map((child) => refToArn(child, logicalIds));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && typeof value.Ref === 'string' && logicalIds.has(value.Ref)) {
    return { 'Fn::GetAtt': [value.Ref, 'Id'] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, refToArn(child, logicalIds)]));
};

export const templateRepairs: readonly TemplateRepair[] = [
  {
    fault: 'refuses alarms on a metric expression',
    aws: 'takes them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html (Metrics)',
    probe: { Resources: { Alarm: metricAlarm }, Outputs: { Value: { Value: { Ref: 'Alarm' } } } },
    expected: /^./,
    apply: (template) => mapResources(template, firstMetric),
  },
  {
    fault: 'gives the name of a secret for Ref',
    aws: 'gives its ARN: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html (return values)',
    probe: {
      Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} } },
      Outputs: { Value: { Value: { Ref: 'Secret' } } },
    },
    expected: /^arn:/,
    apply: (template) => {
      const secrets = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
        Type === 'AWS::SecretsManager::Secret' ? [id] : [],
      );
      // A template in, a template out: only values of properties and outputs are replaced.
      return refToArn(template, new Set(secrets)) as Template;
    },
  },
];

/**
 * The emulator gives a message that came from a topic no SequenceNumber, by which a handler knows the order in its
 * batch. In batches of one, the queue alone keeps the order: it delivers nothing of a conversation that is in flight.
 * AWS: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (example FIFO queue message event)
 */
export const oneMessageAtATime = (template: Template): Template =>
  mapResources(template, (resource) => {
    const { EventSourceArn } = resource.Properties ?? {};
    if (resource.Type !== 'AWS::Lambda::EventSourceMapping') return resource;
    const [source] = (EventSourceArn as { readonly 'Fn::GetAtt'?: readonly string[] })['Fn::GetAtt'] ?? [];
    const isFifo = template.Resources[source ?? '']?.Properties?.['FifoQueue'] === true;
    return isFifo ? { ...resource, Properties: { ...resource.Properties, BatchSize: 1 } } : resource;
  });

/**
 * The emulator's CloudFormation ignores `FifoTopic`: the topic would repeat what is published twice. Run it after a
 * deployment.
 * AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html (FifoTopic)
 */
export const makeTopicFifo = async (topicArn: string): Promise<void> => {
  const sns = new SNSClient();
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'FifoTopic', AttributeValue: 'true' }),
  );
  sns.destroy();
};
