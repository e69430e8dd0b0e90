import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** The SDK's current type of retry strategy; the union's other member is deprecated. */
type RetryStrategy = Extract<NonNullable<SQSClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** Upper bound of the first random delay (full jitter). It doubles with each retry. */
const baseDelayMs = { TRANSIENT: 50, THROTTLING: 200 } as const;

/**
 * Retries while a caller waits. The SDK's own strategy waits up to 1 s and then up to 2 s after a throttle, too long
 * for a webhook, and does not retry once its retry quota is used up. Here only the number of attempts limits retries.
 */
export const quickRetries = (maxAttempts: number): RetryStrategy => ({
  acquireInitialRetryToken: () => Promise.resolve(retryToken(0, 0)),
  refreshRetryTokenForRetry: (token, { errorType }) => {
    const count = token.getRetryCount();
    if ((errorType !== 'TRANSIENT' && errorType !== 'THROTTLING') || count + 1 >= maxAttempts) {
      return Promise.reject(new Error('No further attempt.'));
    }
    const delayMs = Math.random() * baseDelayMs[errorType] * 2 ** count;
    return Promise.resolve(retryToken(count + 1, delayMs));
  },
  recordSuccess: () => undefined,
});

const retryToken = (count: number, delayMs: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => delayMs,
});
