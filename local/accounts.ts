import { randomBytes } from 'node:crypto';

/** A Twilio account as stored in its secret. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
}

/** An account with the SharedKeys of its secret, with which Twilio may sign instead of the Auth Token. */
export interface SigningAccount extends TwilioAccount {
  readonly sharedKeys?: readonly string[];
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

/** The same, with its SharedKeys. */
export const readSigningAccount = (secretString: string | undefined): SigningAccount | undefined => {
  const account = readAccount(secretString);
  if (account === undefined) return undefined;
  // `readAccount` has parsed it.
  const { sharedKeys } = JSON.parse(secretString ?? '') as { readonly sharedKeys?: unknown };
  const keys = (Array.isArray(sharedKeys) ? (sharedKeys as readonly unknown[]) : []).flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'key' in entry && typeof entry.key === 'string' ? [entry.key] : [],
  );
  return { ...account, sharedKeys: keys };
};
