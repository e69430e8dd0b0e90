/**
 * Bounds every AWS call. Without `throwOnRequestTimeout` the SDK only logs a slow answer and continues to wait,
 * and by default it waits indefinitely:
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
export const boundedClient = (bounds: { readonly requestTimeoutMs: number; readonly maxAttempts: number }) => ({
  maxAttempts: bounds.maxAttempts,
  requestHandler: {
    connectionTimeout: bounds.requestTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    throwOnRequestTimeout: true,
  },
});

interface HasMiddleware {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * Removes from a client two middlewares that cost time in every call and are not used, an eighth of the CPU of a stored
 * record: the logger, which copies input and output without their secrets even if there is no log, and the user agent,
 * which is composed for each call and which only CloudTrail's data events would show.
 * @see https://github.com/aws/aws-sdk-js-v3/tree/main/packages/middleware-stack
 */
export const leanClient = <Client extends HasMiddleware>(client: Client): Client => {
  for (const name of ['loggerMiddleware', 'getUserAgentMiddleware']) client.middlewareStack.remove(name);
  return client;
};
