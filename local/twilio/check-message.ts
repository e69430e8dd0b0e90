import { apiError, type ApiAnswer } from './api-error';

const maxBodyCharacters = 1600;
/** A number, a short code, or an address of another channel, such as `whatsapp:+15550100001`. */
const recipient = /^(?:\+[1-9]\d{1,14}|\d{3,6}|[a-z_]+:\S+)$/;

const isHttpUrl = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);

/**
 * Twilio's error for a new message whose parameters are wrong in themselves; undefined if they are correct.
 * @see https://www.twilio.com/docs/api/errors
 */
export const messageError = (form: URLSearchParams): ApiAnswer | undefined => {
  const value = (name: string): string => form.get(name) ?? '';
  const to = value('To');
  if (to === '') return apiError(400, 21604, "A 'To' phone number is required.");
  if (!recipient.test(to)) return apiError(400, 21211, "Invalid 'To' Phone Number.");
  if (value('From') === '' && value('MessagingServiceSid') === '') {
    return apiError(400, 21603, "A 'From' phone number is required.");
  }
  if (to === value('From')) return apiError(400, 21266, "'To' and 'From' number cannot be the same.");
  if (value('Body') === '' && value('MediaUrl') === '' && value('ContentSid') === '') {
    return apiError(400, 21602, 'Message body is required.');
  }
  if (Array.from(value('Body')).length > maxBodyCharacters) {
    return apiError(400, 21617, 'The concatenated message body exceeds the 1600 character limit.');
  }
  const statusCallback = value('StatusCallback');
  if (statusCallback !== '' && !isHttpUrl(statusCallback)) {
    return apiError(400, 21609, 'The StatusCallback URL is not a valid URL.');
  }
  return undefined;
};
