import type { BreakerSecret } from '../../lambda/shared/breaker/breaker-secret';
import { CliError } from '../terminal/cli-error';
import { createHttpClient } from '../twilio/api/http-client';

/** Subaccounts at Twilio, as their parent sees them. Both reject with a CliError that tells what Twilio answered. */
export interface Subaccounts {
  /** `active`, `suspended` or `closed`. */
  status(accountSid: string): Promise<string>;
  activate(accountSid: string): Promise<void>;
}

/** Twilio's error codes that an operator can do something about: https://www.twilio.com/docs/api/errors */
const advice: Readonly<Record<number, string>> = {
  20003: "The parent account's credentials are refused: run `npx gateway breaker secret`.",
  20404: 'The parent account has no such subaccount: check the SID with `npx gateway breaker secret`.',
  21476: 'The parent account itself is suspended.',
  21478: 'Twilio suspended the subaccount itself: only its support can lift that.',
  21479: 'The subaccount is closed, for good.',
};

const numberOf = (error: unknown, key: 'status' | 'code'): number | undefined => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === 'number' ? value : undefined;
};

const explained = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CliError) throw error;
    // Twilio's own text is left out: it may quote the request.
    const [status, code] = [numberOf(error, 'status'), numberOf(error, 'code')];
    const what =
      status === undefined
        ? 'Twilio did not answer. Try again.'
        : `Twilio answered ${status}${code === undefined ? '' : ` (error ${code})`}.`;
    throw new CliError(code === undefined ? what : `${what} ${advice[code] ?? ''}`.trim());
  }
};

/**
 * @param baseUrl TWILIO_API_BASE_URL
 */
export const openSubaccounts = async (
  { accountSid, username, password }: BreakerSecret,
  baseUrl: string | undefined,
): Promise<Subaccounts> => {
  const { default: twilio } = await import('twilio');
  const httpClient = await createHttpClient(baseUrl);
  // Without a log level the package reads one from the environment, and prints requests at "debug".
  const { accounts } = twilio(username, password, { accountSid, httpClient, logLevel: 'none' }).api.v2010;
  return {
    status: (sid) => explained(async () => (await accounts(sid).fetch()).status),
    activate: (sid) =>
      explained(async () => {
        const { status } = await accounts(sid).update({ status: 'active' });
        if (status !== 'active') throw new CliError(`Twilio left the subaccount ${status}.`);
      }),
  };
};
