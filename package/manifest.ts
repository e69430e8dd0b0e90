import root from '../package.json';

/** The files of one entry, relative to `dist/`. */
interface Entry {
  readonly types: string;
  readonly default: string;
}

/** An entry for both module systems. `require` gets CommonJS with its types, `import` an ES module with its own. */
interface DualEntry {
  readonly import: Entry;
  readonly require: Entry;
}

const handlerEntry = (name: string): DualEntry => ({
  import: { types: `./handlers/${name}.d.mts`, default: `./handlers/${name}.mjs` },
  require: { types: `./lambda/handlers/${name}.d.ts`, default: `./handlers/${name}.js` },
});

/** The modules of the handler library, in `lambda/handlers/`. */
export const handlerModules = ['handlers', 'reply-with', 'testing'] as const;

const compiled = (path: string): Entry => ({ types: `./${path}.d.ts`, default: `./${path}.js` });

/** The name of the program after an installation. */
const command = 'twilio-webhook-gateway';

/**
 * The newest major is allowed. The code uses `Validations` and `Runtime.NODEJS_24_X`, which older versions do not have.
 */
export const oldestCdk = '2.230.0';

/** What a user imports, and what it resolves to. `types` comes first, because TypeScript takes the first match. */
const exported = {
  '.': compiled('lib/gateway-stack'),
  './handlers': handlerEntry('handlers'),
  './handlers/reply-with': handlerEntry('reply-with'),
  './handlers/testing': handlerEntry('testing'),
  './config': compiled('cli/twilio/config/config'),
  './package.json': './package.json',
};

/** The files of `exported` that `tsc` writes. */
export const compiledEntries = {
  code: ['lib/gateway-stack.js', 'cli/twilio/config/config.js'],
  declarations: [
    'lib/gateway-stack.d.ts',
    'cli/twilio/config/config.d.ts',
    ...handlerModules.map((name) => `lambda/handlers/${name}.d.ts`),
  ],
} as const;

/** `dist/package.json`. The package has no dependencies: everything that it runs is bundled. */
export const publishedManifest = () => ({
  name: root.name,
  version: root.version,
  description: root.description,
  keywords: ['awscdk', 'aws-cdk', 'twilio', 'webhook', 'sms'],
  license: root.license,
  type: 'commonjs',
  sideEffects: false,
  engines: root.engines,
  exports: exported,
  bin: { [command]: 'cli/main.mjs' },
  files: ['bundles', 'cli', 'handlers', 'lambda', 'lib', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES'],
  peerDependencies: {
    'aws-cdk-lib': `^${oldestCdk}`,
    constructs: '^10.0.0',
    esbuild: '>=0.25.0',
    'classic-level': '^3.0.0',
  },
  peerDependenciesMeta: {
    esbuild: { optional: true },
    'classic-level': { optional: true },
  },
});
