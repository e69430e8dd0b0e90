/** Registers the examples: `npm start -- --handlers examples` uses this file instead of `lib/handlers.ts`. */
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { eventTypes } from '../../lambda/shared/events/gateway-event';
import type { RegisterHandlers } from '../../lib/handlers';

export const registerHandlers: RegisterHandlers = (gateway) => {
  gateway.onMessage('AutoReply', { entry: 'handlers/examples/auto-reply.ts', reply: true });

  // The forwarder needs an endpoint, and the ARN of a secret whose text is `whsec_…`.
  const { FORWARD_URL: url, FORWARD_SECRET_ARN: secretArn } = process.env;
  if (!url || !secretArn) return;
  gateway.onEvent('Forward', {
    types: eventTypes,
    entry: 'handlers/examples/forward.ts',
    environment: { FORWARD_URL: url },
    secrets: { FORWARD_SECRET_ARN: Secret.fromSecretCompleteArn(gateway, 'ForwardSecret', secretArn) },
  });
};
