/** Answers keywords, and anything else with a short default. */
import { onMessage } from '../../lambda/handlers/handlers';

/** Must not contain Twilio's own keywords below, which Twilio answers itself. */
const answers: Readonly<Record<string, string>> = {
  hello: 'hello! Write HOURS for our opening hours.',
  hours: 'We are open Monday to Friday, 9 to 17.',
};
const defaultAnswer = 'Thank you, we have your message. Write HOURS for our opening hours.';

/** @see https://help.twilio.com/articles/223134027 */
const twilioKeywords: ReadonlySet<string> = new Set([
  ...['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'],
  ...['start', 'yes', 'unstop', 'help', 'info'],
]);

export const handler = onMessage(async ({ data }, { reply }) => {
  const keyword = (data.body ?? '').trim().normalize('NFC').toLowerCase();
  // `optOutType` is set if Twilio recognized a keyword that the Messaging Service defines.
  if (data.optOutType !== undefined || twilioKeywords.has(keyword)) return;
  await reply(Object.hasOwn(answers, keyword) ? (answers[keyword] ?? defaultAnswer) : defaultAnswer);
});
