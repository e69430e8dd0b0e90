import {
  checkedTwilioBaseUrl,
  createTwilioHttpClient,
  type TwilioHttpClient,
} from '../../../lambda/shared/twilio/twilio-http';
import { CliError } from '../../terminal/cli-error';

/** @throws CliError for a TWILIO_API_BASE_URL that would send credentials unencrypted to another machine */
export const checkedBaseUrl = (text: string): string => {
  try {
    return checkedTwilioBaseUrl(text);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : 'TWILIO_API_BASE_URL is wrong.', 2);
  }
};

/** How long to wait for an answer from Twilio. */
const apiTimeoutMs = 15_000;

/**
 * @param baseUrl TWILIO_API_BASE_URL
 * @throws as `checkedBaseUrl`
 */
export const createHttpClient = (baseUrl: string | undefined, timeoutMs = apiTimeoutMs): TwilioHttpClient =>
  createTwilioHttpClient({
    baseUrl: baseUrl === undefined ? undefined : checkedBaseUrl(baseUrl),
    timeoutMs,
    maxRetries: 3,
  });
