import type { StageOptions } from '../../lib/stage/stage-options';

/** A stage with every option that creates a resource or a file, for tests of what must hold with any options. */
export const everyOption = (): StageOptions => ({
  production: true,
  accounts: ['main', 'support'],
  retentionDays: 400,
  alarmEmails: ['operator@example.com'],
  silenceAlarmHours: 12,
  breaker: { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] },
  basicAuth: true,
  acceptGet: true,
  reply: { default: 'Thank you.', keywords: { hours: 'Nine to five.' } },
  customerManagedKey: true,
  customDomain: {
    domainName: 'hooks.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
    hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
  },
});
