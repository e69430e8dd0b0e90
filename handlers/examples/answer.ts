/** Answers a question about opening hours at once, in the response to Twilio's webhook. */
import { replyWith } from '../../lambda/handlers/reply-with';

const opensAt = 9;
const closesAt = 17;

export const handler = replyWith(({ body = '' }) => {
  if (body.trim().toLowerCase() !== 'open?') return Promise.resolve(undefined);
  const hour = new Date().getUTCHours();
  const isOpen = hour >= opensAt && hour < closesAt;
  return Promise.resolve(isOpen ? 'Yes, until 5 p.m.' : 'No. We open at 9 a.m.');
});
