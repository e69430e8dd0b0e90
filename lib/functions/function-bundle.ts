import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { BuildOptions } from 'esbuild';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import { builtFiles } from './build-report';

const projectRoot = join(__dirname, '..', '..');

/** The value of Lambda's `Handler`. */
export const bundleHandler = 'index.handler';

/**
 * Parts of the SDK that no function needs, 170 kB of a bundle: Lambda gives credentials as environment variables, and
 * nothing discovers endpoints.
 */
const sdkAliases = {
  '@aws-sdk/credential-provider-node': './lambda/aws/environment-credentials.ts',
  '@aws-sdk/endpoint-cache': './lambda/aws/no-endpoint-cache.ts',
};

/**
 * esbuild's options for any function. Every path is relative to the project, so the bytes and the asset's hash are the
 * same on every machine. The target is Node 20 because the local gateway runs the same bundle.
 */
const commonOptions = (name: FunctionName | HandlerServiceName, entry: string) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    // Not written: the paths in the source map are relative to it.
    outfile: `bundle/${name}/index.js`,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // ES modules first, so that the SDK is tree-shaken: its CommonJS would add 31 % to the bundle.
    mainFields: ['module', 'main'],
    // For reading a stack trace later. Not enabled at run time, where it would add 20 ms to every cold start.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  }) as const satisfies BuildOptions;

/** esbuild's options for a function of the gateway. */
export const bundleOptions = (functionName: FunctionName) =>
  ({
    ...commonOptions(functionName, `lambda/${functionName}/handler.ts`),
    alias: {
      ...sdkAliases,
      '@smithy/core/checksum': './lambda/aws/native-checksum.ts',
      '@aws/lambda-invoke-store': './lambda/aws/no-invoke-store.ts',
      // Used only by the HTTP client of the `twilio` package, which the breaker replaces with its own.
      ...Object.fromEntries(
        ['axios', 'https-proxy-agent', 'jsonwebtoken', 'qs'].map((name) => [
          name,
          './lambda/breaker/aws/absent-package.ts',
        ]),
      ),
    },
    // The SDK imports these 20 kB dynamically for operations that stream events. None of our operations does.
    external: ['@smithy/core/event-streams'],
    // The clients of the SDK and of Twilio import their package.json for the version in the user agent. It adds 5 kB
    // each, and contains names and e-mail addresses.
    loader: { '.json': 'empty' },
  }) as const satisfies BuildOptions;

/**
 * esbuild's options for a handler of yours. It may import any package and any JSON file.
 * @param entry a path in the project, such as `handlers/reply.ts`
 */
export const handlerBundleOptions = (name: HandlerServiceName, entry: string) => ({
  ...commonOptions(name, entry),
  alias: sdkAliases,
});

/**
 * Bundles a function into a directory, as `index.js` and `index.js.map`.
 * @throws esbuild's BuildFailure, with file and line
 */
const writeBundle = (options: ReturnType<typeof commonOptions>, directory: string): void => {
  mkdirSync(directory, { recursive: true });
  for (const file of builtFiles(options)) {
    writeFileSync(join(directory, basename(file.path)), file.contents);
  }
};

/** Files in the directory of the bundle, by name: configuration that is too large for the 4 KB of an environment. */
export type BundledFiles = Readonly<Record<string, string>>;

/**
 * The code of a function, bundled by esbuild in this process, so that a build failure makes synthesis fail. Neither
 * `NodejsFunction`, which starts a package runner or Docker for each function, nor the CDK's own bundling, which
 * prints. The bundle is written into the cloud assembly's directory, so that concurrent runs do not overwrite each
 * other's.
 */
export const functionCode = (scope: Construct, functionName: FunctionName, files: BundledFiles = {}): Code =>
  bundledCode(scope, functionName, bundleOptions(functionName), files);

/** The code of a handler of yours, bundled in the same way. */
export const handlerCode = (scope: Construct, name: HandlerServiceName, entry: string): Code =>
  bundledCode(scope, name, handlerBundleOptions(name, entry), {}, entry);

const bundledCode = (
  scope: Construct,
  name: string,
  options: ReturnType<typeof commonOptions>,
  files: BundledFiles,
  entry?: string,
): Code => {
  // `cdk deploy` of one stack does not need the bundles of the others.
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(projectRoot, dirname(options.entryPoints[0])));
  const app = Stage.of(scope);
  if (app === undefined) throw new Error(`${scope.node.path} is not in an app: create the stack inside an App.`);
  // The CDK hashes a directory only once, so stages with different files need different directories. A handler may have
  // another entry file in each stage.
  const content = JSON.stringify(entry ?? files);
  const suffix = content === '{}' ? '' : `-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`;
  const directory = join(app.outdir, `bundle-${name}${suffix}`);
  writeBundle(options, directory);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return Code.fromAsset(directory);
};
