import { randomBytes } from 'node:crypto';

/** A Twilio account as stored in its secret. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
}

/** Made-up credentials, for this machine only. */
export const developmentAccount = (): TwilioAccount => ({
  accountSid: `AC${randomBytes(16).toString('hex')}`,
  authToken: randomBytes(16).toString('hex'),
});

const accountSid = /^AC[0-9a-fA-F]{32}$/;

/** The account in a secret, or undefined for anything else, such as the placeholder of a new stack. */
export const readAccount = (secretString: string | undefined): TwilioAccount | undefined => {
  try {
    const { accountSid: sid, authToken } = JSON.parse(secretString ?? '') as Partial<Record<string, unknown>>;
    const usable = typeof sid === 'string' && accountSid.test(sid) && typeof authToken === 'string';
    return usable ? { accountSid: sid, authToken } : undefined;
  } catch {
    return undefined;
  }
};
