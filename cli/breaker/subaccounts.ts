import type { BreakerSecret } from '../../lambda/shared/breaker/breaker-secret';
import { openAccountsApi, openTwilioClient } from '../../lambda/shared/twilio/rest-client';
import { readAccountStatus, setAccountStatus } from '../../lambda/shared/twilio/subaccounts';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { CliError } from '../terminal/cli-error';
import { createHttpClient } from '../twilio/api/http-client';
import { cli } from '../terminal/program-name';

/** Subaccounts at Twilio. Both methods reject with a CliError that says what Twilio answered. */
export interface Subaccounts {
  /** `active`, `suspended` or `closed`. */
  status(accountSid: string): Promise<string>;
  activate(accountSid: string): Promise<void>;
}

/** Opens Twilio's API as the parent account. */
export type OpenSubaccounts = (
  secret: BreakerSecret,
  /** TWILIO_API_BASE_URL */
  baseUrl: string | undefined,
) => Promise<Subaccounts>;

/** Twilio's error codes that an operator can do something about: https://www.twilio.com/docs/api/errors */
const advice: Readonly<Record<number, string>> = {
  20003: `Twilio refused the parent account's credentials: run \`${cli} breaker secret\`.`,
  20404: `The parent account has no such subaccount: check the SID with \`${cli} breaker secret\`.`,
  21476: 'The parent account itself is suspended.',
  21478: "Twilio itself suspended the subaccount: only Twilio's support can re-activate it.",
  21479: 'The subaccount is closed and cannot be reopened.',
};

const explained = async <T>(request: Promise<T>): Promise<T> => {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof TwilioApiError)) throw new CliError('Twilio did not answer. Try again.');
    const { status, code } = error;
    const answer = `Twilio answered ${status ?? 'nothing'}${code === undefined ? '' : ` (error ${code})`}.`;
    throw new CliError(code === undefined ? answer : `${answer} ${advice[code] ?? ''}`.trim());
  }
};

export const openSubaccounts: OpenSubaccounts = async (secret, baseUrl) => {
  const api = await openAccountsApi(await openTwilioClient(secret, createHttpClient(baseUrl)));
  return {
    status: (sid) => explained(readAccountStatus(api, sid)),
    activate: async (sid) => {
      const status = await explained(setAccountStatus(api, sid, 'active'));
      if (status !== 'active') throw new CliError(`Twilio left the subaccount ${status}.`);
    },
  };
};
