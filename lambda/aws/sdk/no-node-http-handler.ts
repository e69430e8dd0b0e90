/**
 * Replaces `@smithy/node-http-handler` in the function bundles, 7 kB: every client gets a request handler of its own
 * (`request-handler.ts`), which reads the whole body. The module name is replaced at bundling
 * (`lib/functions/function-bundle.ts`).
 */
export const NodeHttpHandler = { create: <Handler>(requestHandler: Handler): Handler => requestHandler };

export const streamCollector = (): Promise<never> => Promise.reject(new Error('No body of an answer is a stream.'));
