import { onMessage } from 'twilio-webhook-gateway/handlers';

export const handler = onMessage(async (event, { reply }) => {
  await reply(`You wrote: ${event.data.body ?? ''}`);
});
