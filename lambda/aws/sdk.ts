/**
 * How every AWS call is bounded. Without `throwOnRequestTimeout` the SDK only logs a slow answer and goes on waiting,
 * and by default it waits for ever: https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
export const boundedClient = (bounds: {
  readonly requestTimeoutMs: number;
  readonly maxAttempts: number;
}) => ({
  maxAttempts: bounds.maxAttempts,
  requestHandler: {
    connectionTimeout: bounds.requestTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    throwOnRequestTimeout: true,
  },
});
