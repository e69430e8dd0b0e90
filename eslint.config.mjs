// The house rules of docs/architecture.md ("who may import whom"), and lint with type information on:
// a floating promise in Lambda is lost work.
import { readFileSync } from 'node:fs';
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
  message: 'AWS clients and Powertools live in lambda/aws and lambda/<function>/aws; reach them through a port.',
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
    'The validator is wrapped in lambda/shared/signature/signature.ts, the REST client in ' +
    'lambda/shared/twilio/rest-client.ts; ' +
    'the root import alone is 3.8 MB.',
};
const outsideShared = {
  // Every file is in a folder of lambda/shared, so that two steps up lead out of it.
  group: ['../../**'],
  message: 'lambda/shared imports itself and Node built-ins only.',
};
const lambdaSource = {
  group: [
    '**/lambda/*',
    '!**/lambda/shared',
    '**/lambda/shared/*',
    '!**/lambda/shared/contract',
    '**/lambda/shared/contract/*',
    '!**/lambda/shared/contract/bundle-recipe',
    '!**/lambda/shared/contract/routes',
    '!**/lambda/shared/contract/stack-outputs',
    '!**/lambda/shared/contract/stand-in-reply',
    '!**/lambda/shared/contract/table',
    '!**/lambda/shared/attributes',
    '**/lambda/shared/attributes/*',
    '!**/lambda/shared/attributes/event-attributes',
  ],
  message:
    'The local gateway runs the bundles, never their source (routes, outputs, replies and the names of events are a ' +
    'shared contract).',
};

const cliLambda = {
  group: ['**/lambda/*', '!**/lambda/shared'],
  message: 'The CLI shares lambda/shared with the functions, nothing else.',
};

const consoleServer = {
  group: ['**/console/server/**'],
  message: 'The console is started by local/main.ts, cli/dev and cli/console; it is passed to the others.',
};

/** The folders of lambda/shared, lowest first. */
const sharedLayers = [
  'contract',
  'runtime',
  'payload',
  'attributes',
  'events',
  'credentials',
  'twilio',
  'breaker',
  'reconciliation',
  'signature',
  'webhook',
];

/** Each is one function of `lambda/`. The list is TypeScript, so its text is read. */
const functionList = readFileSync(new URL('lambda/shared/contract/function-names.ts', import.meta.url), 'utf8').match(
  /functionNames = \[(.*?)\]/s,
)[1];
const functionFolders = [...functionList.matchAll(/'(\w+)'/g)].map(([, name]) => name);

const functionsOfGateway = {
  group: functionFolders.map((folder) => `../${folder}/**`),
  message: 'Handlers know only lambda/shared and lambda/aws.',
};

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'cdk.out',
      'dist',
      'test/package/apps',
      '.gateway',
      '.cache',
      'coverage',
      '**/*.cjs',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './console/page/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
    },
  },
  ...sharedLayers.flatMap((layer, at) => {
    const above = {
      group: sharedLayers.slice(at + 1).map((other) => `../${other}/**`),
      // Types of the contract may come from above: they are what a stack output holds.
      allowTypeImports: layer === 'contract',
      message:
        `lambda/shared/${layer} imports only itself and the layers below it, lowest first: ` +
        `${sharedLayers.join(', ')}. Move what both need to the lower one.`,
    };
    const layers = above.group.length === 0 ? [outsideShared] : [outsideShared, above];
    return [
      importRule(
        [`lambda/shared/${layer}/**`],
        ['lambda/shared/signature/signature.ts', 'lambda/shared/twilio/rest-client.ts'],
        cdk,
        sdk,
        lib,
        outside,
        rootTwilio,
        ...layers,
      ),
      ...(layer === 'signature'
        ? [importRule(['lambda/shared/signature/signature.ts'], [], cdk, sdk, outside, ...layers)]
        : []),
      // Loads parts of the REST client when they are used: only bundles that import this file have them.
      ...(layer === 'twilio'
        ? [importRule(['lambda/shared/twilio/rest-client.ts'], [], cdk, sdk, lib, outside, ...layers)]
        : []),
    ];
  }),
  importRule(['lambda/aws/**'], [], cdk, lib, outside, rootTwilio, {
    group: functionFolders.map((folder) => `../${folder}/**`),
    message: 'What one function alone uses of AWS lives in lambda/<function>/aws.',
  }),
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
      importRule([`lambda/${own}/aws/**`], [], cdk, lib, outside, rootTwilio, others),
    ];
  }),
  importRule(
    ['lambda/handlers/**'],
    ['lambda/handlers/aws/**'],
    cdk,
    sdk,
    lib,
    outside,
    rootTwilio,
    // The forwarder and the entry wire their own adapters.
    functionsOfGateway,
  ),
  importRule(['lambda/handlers/aws/**'], [], cdk, lib, outside, rootTwilio, functionsOfGateway),
  importRule(['handlers/**/register.ts'], [], outside),
  importRule(['handlers/**'], ['handlers/**/register.ts'], cdk, {
    regex: '^(?:\\.\\./)+(?:lib|cli|local|test|bench|bin|supply-chain|lambda/(?!handlers/))',
    allowTypeImports: true,
    message: 'A handler imports lambda/handlers, Node built-ins, packages and files of handlers/.',
  }),
  importRule(['lib/**', 'bin/app.ts'], [], {
    group: ['**/lambda/*', '!**/lambda/shared'],
    allowTypeImports: true,
    message: 'lib takes only constants of lambda/shared and types: a value import would drag code across.',
  }),
  importRule(
    ['cli/**'],
    ['cli/dev/**', 'cli/console/**'],
    cdk,
    lib,
    cliLambda,
    {
      group: ['**/local/**'],
      message: 'The CLI talks to the local gateway by its services; only cli/dev starts it.',
    },
    consoleServer,
  ),
  importRule(['cli/dev/**', 'cli/console/**'], [], cdk, lib, cliLambda),
  importRule(['local/main.ts'], [], lib, lambdaSource),
  importRule(['local/**'], ['local/main.ts'], lib, lambdaSource, consoleServer),
  importRule(
    ['console/server/**', 'console/api.ts'],
    [],
    cdk,
    lib,
    cliLambda,
    { group: ['**/page/**'], message: 'The server of the console serves the page, and does not import it.' },
    {
      group: ['**/local/**'],
      allowTypeImports: true,
      message: 'The console reads the gateway as the CLI does; what only the local gateway knows is passed to it.',
    },
  ),
  importRule(
    ['console/page/**'],
    [],
    {
      regex: '^(?!(?:\\.{1,2}/|preact(?:/|$)|uplot(?:/|$)))',
      message: 'The page has two libraries, Preact and uPlot, and no other.',
    },
    {
      regex: '/(?:server|cli|local|lambda|lib)/',
      message: 'The page knows console/api.ts, characters/ and itself.',
    },
  ),
  importRule(['characters/**'], [], {
    regex: '^(?!\\./)',
    message: 'CLI, console and local gateway share characters/; it imports only itself.',
  }),
  importRule(['package/**'], ['package/installed.ts'], {
    group: ['**/cli/**', '**/local/**', '**/lambda/*', '!**/lambda/shared', '**/lib/*', '!**/lib/functions'],
    message: 'The build reads how bundles are made (lib/functions); only installed.ts, which it bundles, runs the CLI.',
  }),
  { files: ['test/**', 'bench/**'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
);
