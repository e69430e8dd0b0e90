/**
 * Replaces `node:fs/promises` in the function bundles. Only the SDK imports it, to look for the configuration files of
 * the AWS CLI, which a function does not have: two threads and ten of Node's modules for each cold start. The module
 * name is replaced at bundling (`lib/functions/function-bundle.ts`).
 */
export const readFile = (path: string): Promise<never> =>
  Promise.reject(Object.assign(new Error(`A function reads no file: ${path}`), { code: 'ENOENT' }));
