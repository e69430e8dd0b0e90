/**
 * The Lambda functions of the gateway: each is a folder of `lambda/` with a `handler.ts`, and its name is the `service`
 * of its logs and metrics. `eslint/lambda-rules.mjs` reads this list from the text of this file.
 */
export const functionNames = [
  'ingress',
  'consumer',
  'breaker',
  'authorizer',
  'publisher',
  'reconciler',
  'canary',
  'fallback',
  'drain',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** The `service` of a handler function's logs and metrics: `handler-Replies` for the subscription `Replies`. */
export type HandlerServiceName = `handler-${string}`;
