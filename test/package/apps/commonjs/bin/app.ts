import { App, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TwilioWebhookGateway } from 'twilio-webhook-gateway';

class MessagingStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const gateway = new TwilioWebhookGateway(this, 'Twilio', { stageName: 'prod' });
    gateway.onMessage('Replies', { entry: 'handlers/reply.ts', reply: true });
  }
}

new MessagingStack(new App(), 'Messaging');
