import { App, Stack } from 'aws-cdk-lib';
import { TwilioWebhookGateway } from 'twilio-webhook-gateway';

const stack = new Stack(new App(), 'Messaging');
const gateway = new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod' });
gateway.onMessage('Replies', { entry: 'handlers/reply.ts', reply: true });
