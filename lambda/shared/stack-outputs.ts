import type { RouteName } from './routes';

/** Names of the stack's outputs that programs read: the CLI from CloudFormation, the local gateway from the template. */
export const stackOutputs = {
  baseUrl: 'BaseUrl',
  tableName: 'TableName',
  eventQueueUrl: 'EventQueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  /** ARNs, one per Twilio account, separated by commas. */
  accountSecretArns: 'AccountSecretArns',
  alarmTopicArn: 'AlarmTopicArn',
} as const;

/** The output that only a stage with Basic authentication has: the ARN of the secret with the credentials. */
export const basicAuthSecretOutput = 'BasicAuthSecretArn';

/** The outputs that only a stage with a circuit breaker has. */
export const breakerOutputs = {
  secretArn: 'BreakerSecretArn',
  queueUrl: 'BreakerQueueUrl',
  deadLetterQueueUrl: 'BreakerDeadLetterQueueUrl',
} as const;

/** Webhook URLs ready to paste into the Twilio console, with connection overrides. */
export const webhookUrlOutputs: Readonly<Record<RouteName, string>> = {
  messages: 'MessagesWebhookUrl',
  status: 'StatusWebhookUrl',
  usage: 'UsageWebhookUrl',
  events: 'EventsWebhookUrl',
};

/** One stack per stage: `TwilioWebhookGateway-dev`. */
export const stackName = (stage: string): string => `TwilioWebhookGateway-${stage}`;
