import type { Health } from '../../../console/api';
import { byLevel, describeHealth, stateLabel, type Level } from '../../../console/page/src/screens/health/health-text';

const finding = (level: Level, title: string): Health['findings'][number] => ({ level, title, text: '', advice: null });
const alarm = (state: string): Health['alarms'][number] => ({ name: state, state, reason: null });

describe('the health of a gateway', () => {
  const findings = [
    finding('ok', 'stack'),
    finding('warning', 'alarms'),
    finding('not_checked', 'twilio'),
    finding('problem', 'secret'),
    finding('problem', 'queue'),
  ];

  test('has the worst findings first, else the order of the gateway', () => {
    expect(byLevel(findings).map(({ title }) => title)).toEqual(['secret', 'queue', 'alarms', 'twilio', 'stack']);
  });

  test.each([
    [{ findings, alarms: [alarm('ALARM'), alarm('OK')] }, '2 problems, 1 warning, 1 alarm.'],
    [{ findings: [finding('ok', 'stack')], alarms: [alarm('INSUFFICIENT_DATA')] }, 'No problems, no alarms.'],
  ])('is a sentence', (health, sentence) => {
    expect(describeHealth(health)).toBe(sentence);
  });

  test('names the state of an alarm in words', () => {
    expect(['OK', 'ALARM', 'INSUFFICIENT_DATA'].map(stateLabel)).toEqual(['OK', 'Alarm', 'Insufficient data']);
  });
});
