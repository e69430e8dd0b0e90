import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { CustomDomainOptions } from '../../lib/stage/custom-domain-options';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { findStage, stageNames } from '../../lib/stages';

const customDomain: CustomDomainOptions = {
  domainName: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
  hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
};

const trigger = {
  target: 'support-2',
  category: 'totalprice',
  recurring: 'daily',
  by: 'price',
  minTriggerValue: '50',
} as const;

describe('a stage', () => {
  test('has every default filled in', () => {
    expect(resolveStage('dev', {})).toEqual({
      name: 'dev',
      production: false,
      terminationProtection: false,
      env: undefined,
      accounts: ['main'],
      retentionDays: undefined,
      conversationIndex: true,
      mediaBucket: false,
      logRetention: RetentionDays.THREE_MONTHS,
      tracing: false,
      throttle: { rateLimit: 2000, burstLimit: 2000 },
      consumerMaxConcurrency: 2,
      alarmEmails: [],
      silenceAlarmHours: undefined,
      connectionOverrides: 'rc=3&rp=4xx,5xx,ct,rt',
      basicAuth: undefined,
      acceptGet: false,
      replies: undefined,
      customDomain: undefined,
      breaker: undefined,
      customerManagedKey: false,
    });
  });

  test('keeps the options that are set', () => {
    const options: StageOptions = {
      production: true,
      terminationProtection: true,
      env: { account: '111122223333', region: 'eu-west-1' },
      accounts: ['main', 'support-2'],
      retentionDays: 30,
      conversationIndex: false,
      mediaBucket: true,
      logRetention: RetentionDays.ONE_DAY,
      tracing: true,
      throttle: { rateLimit: 10_000, burstLimit: 5_000 },
      consumerMaxConcurrency: 1_000,
      alarmEmails: ['operator@example.com'],
      silenceAlarmHours: 168,
      connectionOverrides: 'rc=5&rp=all&ct=2000',
      basicAuth: { realm: 'webhooks' },
      acceptGet: true,
      customDomain,
      breaker: { dryRun: false, triggers: [trigger] },
      customerManagedKey: true,
    };
    expect(resolveStage('a1234567890-1234', options)).toEqual({
      ...options,
      name: 'a1234567890-1234',
      replies: undefined,
    });
  });

  test('has a breaker in dry run unless dryRun is false', () => {
    const options: StageOptions = { accounts: ['main', 'support-2'], breaker: { triggers: [trigger] } };
    expect(resolveStage('dev', options).breaker).toEqual({ dryRun: true, triggers: [trigger] });
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
    ['connectionOverrides', 'dev', { connectionOverrides: 'rc=6' }],
    ['connectionOverrides', 'dev', { connectionOverrides: 'retries=3' }],
    ['basicAuth.realm', 'dev', { basicAuth: { realm: 'the "gateway"' } }],
    ['basicAuth.realm', 'dev', { basicAuth: { realm: '' } }],
    ['basicAuth.realm', 'dev', { basicAuth: { realm: 'Läden' } }],
    ['reply.default', 'dev', { reply: { default: ' ' } }],
    ['reply.default', 'dev', { reply: { default: '\u0000\uffff' } }],
    ['reply.default', 'dev', { reply: { default: 'x'.repeat(64 * 1024) } }],
    ['reply.keywords["hours"]', 'dev', { reply: { keywords: { hours: '<'.repeat(20_000) } } }],
    ['reply.keywords[" "]', 'dev', { reply: { keywords: { ' ': 'text' } } }],
    ['reply.keywords["HOURS"]', 'dev', { reply: { keywords: { hours: 'a', HOURS: 'b' } } }],
    ...['Hooks.example.com', 'hooks', '192.0.2.7', 'my_hooks.example.com', 'https://hooks.example.com'].map(
      (domainName): readonly [string, string, StageOptions] => [
        'customDomain.domainName',
        'dev',
        { customDomain: { domainName, certificateArn: customDomain.certificateArn } },
      ],
    ),
    [
      'customDomain.certificateArn',
      'dev',
      { customDomain: { ...customDomain, certificateArn: 'arn:aws:iam::111122223333:server-certificate/x' } },
    ],
    ['customDomain.certificateArn', 'dev', { customDomain, env: { region: 'us-east-1' } }],
    ['breaker.triggers', 'dev', { breaker: { triggers: [] } }],
    ...(
      [
        ['target', 'Main Account'],
        ['category', 'total price'],
        ['sid', 'UT1'],
        ['minTriggerValue', '1e3'],
      ] as const
    ).map(([key, value]): readonly [string, string, StageOptions] => [
      `breaker.triggers[1].${key}`,
      'dev',
      { accounts: ['main', 'support-2'], breaker: { triggers: [trigger, { ...trigger, [key]: value }] } },
    ]),
    // The account `support-2` is missing, so its triggers could not be verified.
    ['breaker.triggers[0].target', 'dev', { breaker: { triggers: [trigger] } }],
    [
      'customDomain.hostedZone.id',
      'dev',
      { customDomain: { ...customDomain, hostedZone: { id: 'example.com', name: 'example.com' } } },
    ],
    [
      'customDomain.hostedZone.name',
      'dev',
      { customDomain: { ...customDomain, hostedZone: { id: 'Z1', name: 'ample.com' } } },
    ],
  ];

  test.each(bad)('rejects a bad %s by its key (stage %j, %j)', (key, name, options) => {
    expect(() => resolveStage(name, options)).toThrow(`Stage ${JSON.stringify(name)} of lib/stages.ts: ${key} `);
  });

  test('rejects every problem at once, without quoting an e-mail address', () => {
    const resolve = () => resolveStage('dev', { accounts: [], retentionDays: 1, alarmEmails: ['jane.example.com'] });
    expect(resolve).toThrow(/accounts is empty.*retentionDays is 1.*alarmEmails contains/);
    expect(resolve).not.toThrow(/jane/);
  });
});
