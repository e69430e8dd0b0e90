/**
 * The public URL as Twilio signs it: without user information and fragment (connection overrides such as `#rc=3`).
 * @throws TypeError if it is not an absolute URL
 * @see https://www.twilio.com/docs/usage/security#a-few-notes
 */
export const signableUrl = (configured: string): string => {
  const url = new URL(configured);
  if (url.username === '' && url.password === '' && url.hash === '') return configured;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
};
