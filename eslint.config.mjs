// Who may import whom, as in docs/architecture.md; and lint that knows types, which finds promises that nothing waits
// for: in Lambda they are lost work.
import tseslint from 'typescript-eslint';
import { cdk, importRule, lib, outside } from './eslint/import-rule.mjs';
import { lambdaRules } from './eslint/lambda-rules.mjs';

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
  ...lambdaRules,
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
