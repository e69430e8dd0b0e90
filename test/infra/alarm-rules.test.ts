import { everyOption } from '../helpers/every-option';
import { at, list, logicalId, synthesizeTemplate } from './checks/template';

const throttle = { rateLimit: 500, burstLimit: 400 };
const { template } = synthesizeTemplate('prod', { ...everyOption(), throttle });
const alarm = (name: string): Record<string, unknown> =>
  template.Resources[logicalId(template, 'AWS::CloudWatch::Alarm', `Alarms${name}`)]?.Properties ?? {};
const expressionOf = (name: string): unknown =>
  list(alarm(name)['Metrics'])
    .map((query) => at(query, 'Expression'))
    .find((expression) => expression !== undefined);
const periodsOf = (name: string): unknown[] =>
  list(alarm(name)['Metrics']).flatMap((query) => list(at(query, 'MetricStat', 'Period')));

test('an alarm goes off at 80 % of the throttle rate over a minute', () => {
  expect(alarm('FrontDoorBusy')).toMatchObject({
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 24_000,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test('an alarm goes off for a challenge without any credentials, right or wrong, in the next 15 minutes', () => {
  expect(expressionOf('BasicUnanswered')).toBe(
    'IF((FILL(accepted, 0) + FILL(wrong, 0) + FILL(unsigned, 0)) == 0, FILL(challenges, 0), 0)',
  );
  expect(periodsOf('BasicUnanswered')).toEqual([900, 900, 900, 900]);
  expect(alarm('BasicUnanswered')).toMatchObject({
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  });
});

test('an alarm goes off at ten 4xx responses in five minutes that the API counts and its stage does not', () => {
  expect(expressionOf('StageMissed')).toBe('FILL(ofApi, 0) - FILL(ofStage, 0)');
  expect(periodsOf('StageMissed')).toEqual([300, 300]);
  expect(alarm('StageMissed')).toMatchObject({ Threshold: 10, EvaluationPeriods: 1 });
});

test.each(['UnrecognizedWebhook', 'OtherReading', 'OtherContent'])('an alarm goes off at a single %s', (name) => {
  expect(alarm(name)).toMatchObject({
    MetricName: name,
    Statistic: 'Sum',
    Threshold: 1,
    EvaluationPeriods: 1,
  });
});

test('a repeated text is on the dashboard and has no alarm', () => {
  const dashboard = template.Resources[logicalId(template, 'AWS::CloudWatch::Dashboard', 'Operations')];
  expect(JSON.stringify(dashboard)).toContain('RepeatedText');
  expect(JSON.stringify(template.Resources).match(/"MetricName":"RepeatedText"/g)).toBeNull();
});

test('the silence alarm goes off at once on a new stage, and says so', () => {
  expect(alarm('Silence')).toMatchObject({ TreatMissingData: 'breaching' });
  expect(String(alarm('Silence')['AlarmDescription'])).toContain('or the stage is new');
});
