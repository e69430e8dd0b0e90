import { readSchedules } from '../../../../local/resources/schedules';
import { localArn } from '../../../../local/server/aws-identity';
import type { Template } from '../../../../local/template/template';

const target = {
  arn: localArn('lambda', 'function:Work'),
  name: 'Work',
  timeoutMs: 1000,
  invoke: () => Promise.resolve({ kind: 'ok', payload: null } as const),
  close: () => Promise.resolve(),
};

const read = (Properties: Readonly<Record<string, unknown>>) => {
  const template: Template = { Resources: { Every: { Type: 'AWS::Events::Rule', Properties } } };
  return readSchedules(template, (value) => value, [target]);
};
const targets = { Targets: [{ Arn: target.arn, Id: 'Target0' }] };

describe('the rules of a template', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(15 minutes)', 900_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('invoke their function at %s', (ScheduleExpression, everyMs) => {
    expect(read({ ScheduleExpression, State: 'ENABLED', Description: 'd', ...targets })).toEqual([
      { ruleArn: localArn('events', 'rule/Every'), target, everyMs },
    ]);
  });

  it('invoke nothing while they are disabled', () => {
    expect(read({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', ...targets })).toEqual([]);
  });

  it.each([
    [{ ScheduleExpression: 'cron(0 12 * * ? *)', ...targets }, 'a rate only'],
    [{ EventPattern: {}, ...targets }, 'a rate only'],
    [{ ScheduleExpression: 'rate(1 minute)', EventBusName: 'other', ...targets }, 'EventBusName'],
    [{ ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: 'arn:aws:sqs:x', Id: '1' }] }, 'a target is not'],
    [{ ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: target.arn, Id: '1', Input: '{}' }] }, 'a target is not'],
  ])('are an error as %j', (properties, problem) => {
    expect(() => read(properties)).toThrow(problem);
  });
});
