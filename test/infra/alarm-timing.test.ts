import { resources, synthesizeTemplate } from './checks/template';

const { template } = synthesizeTemplate('prod', { production: true });
const seconds = (alarm: Record<string, unknown>): number =>
  Number(alarm['Period']) * Number(alarm['EvaluationPeriods']);

const alarmOf = (prefix: string): Record<string, unknown> => {
  const found = resources(template, 'AWS::CloudWatch::Alarm').find(([id]) => id.startsWith(prefix));
  if (found === undefined) throw new Error(`no alarm id begins with ${prefix}`);
  return found[1].Properties;
};

test('FLT-DLQALARM: one dead letter raises an alarm within two minutes', () => {
  expect(alarmOf('AlarmsDeadLetters')).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  });
  expect(seconds(alarmOf('AlarmsDeadLetters'))).toBeLessThanOrEqual(120);
});

test('FLT-DISABLEDESM: a disabled event source raises an alarm within an hour; messages are kept for days', () => {
  const alarm = alarmOf('AlarmsOldestMessage');
  expect(alarm).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Maximum' });
  expect(Number(alarm['Threshold']) + seconds(alarm)).toBeLessThan(3_600);
  for (const [, queue] of resources(template, 'AWS::SQS::Queue')) {
    expect(queue.Properties['MessageRetentionPeriod']).toBeGreaterThanOrEqual(4 * 86_400);
  }
});
