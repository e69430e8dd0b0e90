/**
 * Replaces `@aws/lambda-invoke-store` in the function bundles. The store keeps the contexts of concurrent invocations
 * apart, but these functions run one invocation at a time in an environment. Without a store, the SDK takes the X-Ray
 * trace id from `_X_AMZN_TRACE_ID`. The module name is replaced at bundling (`lib/functions/function-bundle.ts`).
 */
export const InvokeStore = { getInstanceAsync: () => Promise.resolve(undefined) };
