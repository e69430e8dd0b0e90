import root from '../package.json';
import type { handlerModules } from './handler-library';

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

/** The name of the program after an installation. */
const command = 'twilio-webhook-gateway';

/** Older versions lack `Validations.acknowledge`, which the construct uses for its own resources. */
export const oldestCdk = '2.252.0';

const commonJs = (path: string): Entry => ({ types: `./${path}.d.ts`, default: `./${path}.js` });

const handlerEntry = (name: keyof typeof handlerModules): DualEntry => ({
  import: { types: `./handlers/${name}.d.mts`, default: `./handlers/${name}.mjs` },
  require: commonJs(`handlers/${name}`),
});

/**
 * What a user imports. `types` comes first, because TypeScript takes the first match. TypeScript's old resolution
 * (`node10`) ignores it, and finds the same files by their names.
 */
const exported = {
  '.': commonJs('lib/index'),
  './handlers': handlerEntry('index'),
  './handlers/reply-with': handlerEntry('reply-with'),
  './handlers/testing': handlerEntry('testing'),
  './config': commonJs('config'),
  './package.json': './package.json',
};

/** `dist/package.json`. The package has no dependencies: everything that it runs is bundled. */
export const publishedManifest = () => ({
  name: root.name,
  version: root.version,
  description: root.description,
  keywords: ['awscdk', 'aws-cdk', 'twilio', 'webhook', 'sms'],
  license: root.license,
  type: 'commonjs',
  main: exported['.'].default,
  types: exported['.'].types,
  exports: exported,
  bin: { [command]: 'cli/main.mjs' },
  files: [
    'bundles',
    'cli',
    'config.*',
    'console',
    'docs',
    'handlers',
    'lambda',
    'lib',
    'CHANGELOG.md',
    'THIRD-PARTY-NOTICES',
  ],
  sideEffects: false,
  // Yarn would leave it in an archive, from which Node cannot start the threads of `dev`.
  preferUnplugged: true,
  engines: root.engines,
  peerDependencies: {
    'aws-cdk-lib': `^${oldestCdk}`,
    constructs: '^10.5.0',
    esbuild: '>=0.25.0',
    'classic-level': '^3.0.0',
  },
  peerDependenciesMeta: {
    esbuild: { optional: true },
    'classic-level': { optional: true },
  },
});
