import type { RequestClient } from 'twilio';
import { checkedTwilioBaseUrl } from '../../../lambda/shared/twilio/twilio-http';
import { CliError } from '../../terminal/cli-error';

/**
 * Where requests to Twilio go instead: `https://api.twilio.com/x` to `<base>/api.twilio.com/x`.
 * @param text TWILIO_API_BASE_URL
 * @throws CliError for what would send credentials in the clear to another machine
 */
export const checkedBaseUrl = (text: string): string => {
  try {
    return checkedTwilioBaseUrl(text);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : 'TWILIO_API_BASE_URL is wrong.', 2);
  }
};

/** One answer of Twilio's is waited for so long. */
export const apiTimeoutMs = 15_000;

/**
 * The official client's own HTTP client, bounded in time, sent elsewhere if asked to. It repeats a 429, after which
 * nothing was done, a few times with a growing delay; nothing else.
 */
export const createHttpClient = async (
  baseUrl: string | undefined,
  timeoutMs = apiTimeoutMs,
): Promise<RequestClient> => {
  const { default: twilio } = await import('twilio');
  const client = new twilio.RequestClient({
    timeout: timeoutMs,
    autoRetry: true,
    maxRetries: 3,
    maxRetryDelay: 2000,
  });
  if (baseUrl !== undefined) {
    const base = checkedBaseUrl(baseUrl);
    const direct = client.request.bind(client);
    client.request = (options) => direct({ ...options, uri: options.uri.replace(/^https:\//, base) });
  }
  return client;
};
