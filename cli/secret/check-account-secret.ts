import { isAccountSid } from '../../lambda/shared/payload/sid';
import { CliError } from '../terminal/cli-error';
import type { AccountSecret } from '../../lambda/shared/credentials/account-secret';

/** https://www.twilio.com/docs/iam/api/authtoken */
const authTokenPattern = /^[0-9a-f]{32}$/i;
const otherForms: readonly (readonly [RegExp, string])[] = [
  [/^SK[0-9a-f]{32}$/i, 'an API key SID, which never signs webhooks'],
  [/^AC[0-9a-f]{32}$/i, 'an account SID'],
  [/^[0-9A-Za-z]{32}$/, 'perhaps an API key secret, which never signs webhooks'],
];

/**
 * Checks the input before it is stored.
 * @throws CliError that says what is wrong and never repeats the token
 */
export const checkedAccountSecret = (accountSid: string, entered: string): AccountSecret => {
  if (!isAccountSid(accountSid)) {
    throw new CliError('--account-sid must be AC and 32 hexadecimal digits, as in the Twilio console.', 2);
  }
  const authToken = entered.trim();
  if (authTokenPattern.test(authToken)) return { accountSid, authToken };
  const known = otherForms.find(([form]) => form.test(authToken))?.[1];
  const got = authToken === '' ? 'nothing' : (known ?? `${authToken.length} characters of another form`);
  throw new CliError(
    `An Auth Token has 32 hexadecimal digits; got ${got}. ` +
      'Copy the primary Auth Token of this account from the Twilio console.',
  );
};
