/** Which imports these files refuse, and where to go instead. */
export const importRule = (files, ignores, ...patterns) => ({
  files,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export const cdk = {
  group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdk-nag'],
  message: 'Only lib/ and bin/app.ts know the CDK.',
};
export const sdk = {
  group: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*'],
  message: 'AWS clients and Powertools live in lambda/aws and lambda/<function>/aws; reach them through a port.',
};
export const lib = {
  group: ['**/lib', '**/lib/**', '!twilio/**'],
  message: 'Nothing here may know the stack in lib/.',
};
export const outside = {
  group: ['**/cli/**', '**/local/**'],
  message: 'Functions know neither the CLI nor the local gateway.',
};
