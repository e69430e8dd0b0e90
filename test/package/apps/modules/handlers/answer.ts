import { replyWith } from 'twilio-webhook-gateway/handlers/reply-with';

export const handler = replyWith(({ body }) => Promise.resolve(body === 'ping' ? 'pong' : undefined));
