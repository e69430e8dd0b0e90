import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync, type BuildOptions } from 'esbuild';

const projectRoot = join(__dirname, '..', '..');

/** The functions of the gateway: each is a folder of `lambda/` with a `handler.ts`. */
export const functionNames = ['ingress', 'consumer', 'breaker', 'authorizer'] as const;
export type FunctionName = (typeof functionNames)[number];

/** As Lambda wants it in `Handler`. */
export const bundleHandler = 'index.handler';

/**
 * How a function becomes one file. Every path is relative to the project, so the bytes, and with them the asset's hash,
 * are the same on every machine. The target is Node 20 because the same bundle runs on a laptop.
 */
export const bundleOptions = (functionName: FunctionName) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: [`lambda/${functionName}/handler.ts`],
    // Nothing is written there: it is what the source map's paths are relative to.
    outfile: `bundle/${functionName}/index.js`,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The SDK's ES modules shake; its CommonJS, which esbuild prefers for Node, does not: 31 % of the bundle.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './lambda/aws/environment-credentials.ts',
      '@smithy/core/checksum': './lambda/aws/native-checksum.ts',
      '@aws-sdk/endpoint-cache': './lambda/aws/no-endpoint-cache.ts',
      // What only the own HTTP client of the `twilio` package needs, in the breaker: it is never made there.
      ...Object.fromEntries(
        ['axios', 'https-proxy-agent', 'jsonwebtoken', 'qs'].map((name) => [
          name,
          './lambda/breaker/aws/absent-package.ts',
        ]),
      ),
    },
    // 20 kB that the SDK loads, by a dynamic import, for operations that stream events. Queue, secret and table have none.
    external: ['@smithy/core/event-streams'],
    // The clients of the SDK and of Twilio carry their whole package.json, with the names and addresses of people, for the version in a
    // user agent, which does without: 5 kB each.
    loader: { '.json': 'empty' },
    // For reading a stack trace afterwards. Not enabled at run time: that costs 20 ms of every cold start.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  }) as const satisfies BuildOptions;

/** Bundles a function into a directory, as `index.js` and `index.js.map`. @throws BuildFailure of esbuild, with the file and line */
const writeBundle = (functionName: FunctionName, directory: string): void => {
  mkdirSync(directory, { recursive: true });
  for (const file of buildSync(bundleOptions(functionName)).outputFiles) {
    writeFileSync(join(directory, basename(file.path)), file.contents);
  }
};

/** Texts by file name that lie beside a bundle: configuration that is too large for a function's environment of 4 KB. */
export type BundledFiles = Readonly<Record<string, string>>;

/**
 * The code of a function. Not `NodejsFunction`, nor the CDK's own bundling: the one starts a package runner for each function and Docker
 * where that is not found, the other prints. Here esbuild runs in this process; a failure is a failure of synthesis.
 * The bundle goes through the cloud assembly's directory, so that runs with different ones do not meet.
 */
export const functionCode = (
  scope: Construct,
  functionName: FunctionName,
  files: BundledFiles = {},
): Code => {
  // `cdk deploy` of one stack does not need the others' bundles; their assets are then named by the source.
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(projectRoot, 'lambda', functionName));
  const app = Stage.of(scope);
  if (app === undefined) throw new Error(`${scope.node.path} is in no app: create the stack inside an App.`);
  // Two stages may differ in their files, and the CDK looks at a directory once.
  const content = JSON.stringify(files);
  const suffix = content === '{}' ? '' : `-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`;
  const directory = join(app.outdir, `bundle-${functionName}${suffix}`);
  writeBundle(functionName, directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return Code.fromAsset(directory);
};
