import { Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { GatewayStack } from '../../lib/gateway-stack';
import type { StageOptions } from '../../lib/stage/stage-options';
import type { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';

/** A stage with every option that creates a resource or a file, for tests of what must hold with any options. */
export const everyOption = (): StageOptions => ({
  production: true,
  accounts: ['main', 'support'],
  retentionDays: 400,
  mediaBucket: true,
  alarmEmails: ['operator@example.com'],
  silenceAlarmHours: 12,
  tracing: true,
  breaker: { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] },
  reconciliation: { everyMinutes: 10, windowHours: 48, settleMinutes: 10, statuses: 'all' },
  canary: { everyMinutes: 10 },
  fallbackLane: { rateLimit: 100, burstLimit: 100 },
  fallbackRegion: 'us-west-2',
  basicAuth: true,
  acceptGet: true,
  reply: { default: 'Thank you.', keywords: { hours: 'Nine to five.' } },
  customerManagedKey: true,
  events: { eventBusArn: 'arn:aws:events:eu-west-1:111122223333:event-bus/twilio' },
  customDomain: {
    domainName: 'hooks.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
    hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
  },
});

const entry = 'test/fixtures/handlers/echo.ts';

/** Registers a handler of each kind, with every option that creates a resource or a permission. */
export const everyHandler = (gateway: GatewayStack | TwilioWebhookGateway): void => {
  gateway.onMessage('Replies', {
    entry,
    to: ['+15550100002', 'whatsapp:*'],
    from: ['+1555*'],
    maxConcurrency: 2,
    timeout: Duration.seconds(10),
    memorySizeMb: 1024,
    environment: { GREETING: 'Hello' },
    secrets: { LOOKUP_SECRET_ARN: Secret.fromSecretNameV2(gateway, 'LookupSecret', 'lookup') },
    reply: true,
  });
  gateway.onStatusChange('Delivery', { entry, ordering: 'none', terminalOnly: true });
  gateway.onEvent('Audit', {
    queue: Queue.fromQueueArn(gateway, 'AuditQueue', 'arn:aws:sqs:eu-west-1:111122223333:audit.fifo'),
    types: ['twilio.webhook.usage-trigger.fired', 'twilio.webhook.event.received'],
  });
  gateway.replyWith({ entry: 'test/fixtures/handlers/answer.ts', memorySizeMb: 1024, environment: { GREETING: 'Hi' } });
};
