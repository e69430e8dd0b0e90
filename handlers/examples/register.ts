/** Registers the examples: `npm start -- --handlers examples` uses this file in place of `lib/handlers.ts`. */
import { eventTypes } from '../../lambda/handlers/handlers';
import type { RegisterHandlers } from '../../lib/handlers';

export const registerHandlers: RegisterHandlers = (gateway) => {
  gateway.onMessage('AutoReply', { entry: 'handlers/examples/auto-reply.ts', reply: true });

  // Forwards only where there is an endpoint: `FORWARD_URL=https://… FORWARD_SECRET_ARN=arn:… npx cdk deploy dev`.
  const { FORWARD_URL: url, FORWARD_SECRET: secret, FORWARD_SECRET_ARN: secretArn } = process.env;
  if (!url) return;
  gateway.onEvent('Forward', {
    entry: 'handlers/examples/forward.ts',
    types: eventTypes,
    environment: {
      FORWARD_URL: url,
      ...(secret ? { FORWARD_SECRET: secret } : {}),
      ...(secretArn ? { FORWARD_SECRET_ARN: secretArn } : {}),
    },
  });
};
