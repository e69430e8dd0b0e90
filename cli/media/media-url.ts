/** A medium of a message or of a conversation. */
const mediaPath = /\/Media\/ME[0-9a-fA-F]{32}$/;

/**
 * Where Twilio keeps the files that its media URLs redirect to, with HTTP authentication for media and without:
 * https://help.twilio.com/articles/223183748
 */
const fileHosts: readonly { readonly host: string; readonly path: RegExp }[] = [
  { host: 'mms.twiliocdn.com', path: /^\// },
  { host: 'media.twiliocdn.com', path: /^\// },
  { host: 's3-external-1.amazonaws.com', path: /^\/media\.twiliocdn\.com\// },
];

const isPlainHttps = ({ protocol, port, username, password }: URL): boolean =>
  protocol === 'https:' && port === '' && username === '' && password === '';

/** Whether a URL may get the account's credentials: a medium at Twilio itself. */
export const takesCredentials = (url: URL): boolean =>
  isPlainHttps(url) && url.hostname.endsWith('.twilio.com') && mediaPath.test(url.pathname);

/** Whether a redirect of Twilio may be followed to this URL. */
export const isFileUrl = (url: URL): boolean =>
  isPlainHttps(url) && fileHosts.some(({ host, path }) => url.hostname === host && path.test(url.pathname));

/** Whether the gateway fetches a medium: its URL is one of Twilio's. */
export const isTwilioMediaUrl = (url: string): boolean => URL.canParse(url) && takesCredentials(new URL(url));
