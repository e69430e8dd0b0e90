// The house rules of docs/architecture.md ("who may import whom"), and lint with type information on:
// a floating promise in Lambda is lost work.
import tseslint from 'typescript-eslint';

/** Which imports these files refuse, and where to go instead. */
const importRule = (files, ignores, ...patterns) => ({
  files,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const cdk = {
  group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdk-nag'],
  message: 'Only lib/ and bin/app.ts know the CDK.',
};
const sdk = {
  group: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*'],
  message:
    'AWS clients and Powertools live in lambda/aws and lambda/<function>/aws; reach them through a port.',
};
const lib = {
  group: ['**/lib', '**/lib/**', '!twilio/**'],
  message: 'Nothing here may know the stack in lib/.',
};
const outside = {
  group: ['**/cli/**', '**/local/**'],
  message: 'Functions know neither the CLI nor the local gateway.',
};
const rootTwilio = {
  regex: '^twilio(/lib/.*)?$',
  message:
    'The validator is wrapped in lambda/shared/signature/signature.ts; the root import alone is 3.8 MB.',
};
const lambdaSource = {
  group: [
    '**/lambda/*',
    '!**/lambda/shared',
    '**/lambda/shared/*',
    '!**/lambda/shared/contract',
    '**/lambda/shared/contract/*',
    '!**/lambda/shared/contract/routes',
    '!**/lambda/shared/contract/stack-outputs',
  ],
  message: 'The local gateway runs the bundles, never their source (only route and output names are shared).',
};

/** Each is one function of `lambda/`. */
const functionFolders = ['ingress', 'consumer', 'breaker', 'authorizer'];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '.gateway', 'coverage', '**/*.cjs', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
    },
  },
  importRule(
    ['lambda/shared/**'],
    ['lambda/shared/signature/signature.ts'],
    cdk,
    sdk,
    lib,
    outside,
    rootTwilio,
    {
      // Every file is in a folder of lambda/shared, so that two steps up lead out of it.
      group: ['../../**'],
      message: 'lambda/shared imports itself and Node built-ins only.',
    },
  ),
  importRule(['lambda/shared/signature/signature.ts'], [], cdk, sdk, outside),
  importRule(['lambda/aws/**'], [], cdk, lib, outside, rootTwilio, {
    group: functionFolders.map((folder) => `../${folder}/**`),
    message: 'What one function alone uses of AWS lives in lambda/<function>/aws.',
  }),
  // The breaker calls Twilio's REST API, so only its bundle has the client.
  importRule(['lambda/breaker/aws/twilio-api.ts'], [], cdk, lib, outside),
  ...functionFolders.flatMap((own) => {
    const others = {
      group: [...functionFolders.filter((f) => f !== own).map((f) => `**/${f}/**`), '!**/shared/**'],
      message: 'One function never imports another: what both need lives in lambda/shared.',
    };
    const aws = {
      group: ['**/aws/**'],
      message: 'Only handler.ts wires the aws folders; the core sees ports.',
    };
    return [
      importRule(
        [`lambda/${own}/**`],
        [`lambda/${own}/handler.ts`, `lambda/${own}/aws/**`],
        cdk,
        sdk,
        lib,
        outside,
        rootTwilio,
        others,
        aws,
      ),
      importRule([`lambda/${own}/handler.ts`], [], cdk, sdk, lib, outside, rootTwilio, others),
      importRule(
        [`lambda/${own}/aws/**`],
        ['lambda/breaker/aws/twilio-api.ts'],
        cdk,
        lib,
        outside,
        rootTwilio,
        others,
      ),
    ];
  }),
  importRule(['lib/**', 'bin/app.ts'], [], {
    group: ['**/lambda/*', '!**/lambda/shared'],
    allowTypeImports: true,
    message: 'lib takes only constants of lambda/shared and types: a value import would drag code across.',
  }),
  importRule(['cli/**'], [], cdk, lib, {
    group: ['**/lambda/*', '!**/lambda/shared'],
    message: 'The CLI shares lambda/shared with the functions, nothing else.',
  }),
  importRule(['local/**'], [], lambdaSource),
  { files: ['test/**', 'bench/**'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
);
