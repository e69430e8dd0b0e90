import { onMessage } from 'twilio-webhook-gateway/handlers';

/** Runs once for every incoming message, after the gateway has stored it. */
export const handler = onMessage(async ({ data }, { reply }) => {
  await reply(`You wrote: ${data.body ?? ''}`);
});
