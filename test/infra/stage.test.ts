import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { resolveStage, type StageOptions } from '../../lib/stage';
import { findStage, stageNames } from '../../lib/stages';

describe('a stage', () => {
  test('has every default filled in', () => {
    expect(resolveStage('dev', {})).toEqual({
      name: 'dev',
      production: false,
      env: undefined,
      accounts: ['main'],
      retentionDays: undefined,
      logRetention: RetentionDays.THREE_MONTHS,
      throttle: { rateLimit: 2000, burstLimit: 2000 },
      consumerMaxConcurrency: 20,
      alarmEmails: [],
      silenceAlarmHours: undefined,
      connectionOverrides: 'rc=3&rp=5xx,ct,rt',
    });
  });

  test('keeps what is said about it', () => {
    const options: StageOptions = {
      production: true,
      env: { account: '111122223333', region: 'eu-west-1' },
      accounts: ['main', 'support-2'],
      retentionDays: 30,
      logRetention: RetentionDays.ONE_DAY,
      throttle: { rateLimit: 10_000, burstLimit: 5_000 },
      consumerMaxConcurrency: 1_000,
      alarmEmails: ['operator@example.com'],
      silenceAlarmHours: 168,
      connectionOverrides: 'rc=5&rp=all&ct=2000',
    };
    expect(resolveStage('a1234567890-1234', options)).toEqual({
      ...options,
      name: 'a1234567890-1234',
    });
  });

  test('exists as dev, staging and prod, of which prod alone is production', () => {
    expect(stageNames).toEqual(['dev', 'staging', 'prod']);
    expect(stageNames.filter((name) => findStage(name).production)).toEqual(['prod']);
  });
});

describe('a bad stage', () => {
  const bad: readonly (readonly [string, string, StageOptions])[] = [
    ['name', 'Dev', {}],
    ['name', '1dev', {}],
    ['name', 'dev_eu', {}],
    ['name', 'a12345678901234567', {}],
    ['name', '', {}],
    ['accounts', 'dev', { accounts: [] }],
    ['accounts', 'dev', { accounts: ['main', 'main'] }],
    ['accounts', 'dev', { accounts: ['Main Account'] }],
    ['retentionDays', 'dev', { retentionDays: 14 }],
    ['retentionDays', 'dev', { retentionDays: 30.5 }],
    ['throttle.rateLimit', 'dev', { throttle: { rateLimit: 0, burstLimit: 2000 } }],
    ['throttle.burstLimit', 'dev', { throttle: { rateLimit: 2000, burstLimit: 5001 } }],
    ['consumerMaxConcurrency', 'dev', { consumerMaxConcurrency: 1 }],
    ['consumerMaxConcurrency', 'dev', { consumerMaxConcurrency: Number.NaN }],
    ['alarmEmails', 'dev', { alarmEmails: ['nobody'] }],
    ['silenceAlarmHours', 'dev', { silenceAlarmHours: 169 }],
    ['silenceAlarmHours', 'dev', { silenceAlarmHours: 0 }],
    ['silenceAlarmHours', 'dev', { silenceAlarmHours: -1 }],
    ['connectionOverrides', 'dev', { connectionOverrides: '#rc=3' }],
    ['connectionOverrides', 'dev', { connectionOverrides: 'rc=3 rp=5xx' }],
  ];

  test.each(bad)('rejects a bad %s by its key (stage %j, %j)', (key, name, options) => {
    expect(() => resolveStage(name, options)).toThrow(
      `Stage ${JSON.stringify(name)} of lib/stages.ts: ${key} `,
    );
  });

  test('rejects every fault at once, without quoting a person’s address', () => {
    const resolve = () =>
      resolveStage('dev', { accounts: [], retentionDays: 1, alarmEmails: ['jane.example.com'] });
    expect(resolve).toThrow(/accounts is empty.*retentionDays is 1.*alarmEmails holds/);
    expect(resolve).not.toThrow(/jane/);
  });
});
