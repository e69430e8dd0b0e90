/**
 * Replaces `@aws-sdk/credential-provider-node` in the function bundles. Lambda puts the role's credentials into
 * the environment, so the SDK's chain (STS, SSO, IMDS, …), 42 % of a bundle, is never used there. Only types of the
 * SDK's contract are matched; the module name is replaced at bundling (`lib/functions/function-bundle.ts`).
 */
export const defaultProvider = () => () => {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return Promise.reject(new Error('No AWS credentials in the environment: this bundle runs on Lambda only.'));
  }
  return Promise.resolve({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
};
