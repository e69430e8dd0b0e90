import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { BuildOptions } from 'esbuild';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';

/** This project, or the installed package. */
const root = join(__dirname, '..', '..');
const bundles = join(root, 'bundles');
/** The package has the bundles of its functions instead of their sources. */
const isPackage = existsSync(bundles);

/** The directory with the bundle of a function, in the package. */
export const prebuiltBundle = (functionName: FunctionName): string | undefined =>
  isPackage ? join(bundles, functionName) : undefined;

/**
 * Parts of the SDK that no function needs, 170 kB of a bundle: Lambda gives credentials as environment variables, and
 * nothing discovers endpoints.
 */
const sdkAliases = {
  '@aws-sdk/credential-provider-node': './lambda/aws/environment-credentials.ts',
  '@aws-sdk/endpoint-cache': './lambda/aws/no-endpoint-cache.ts',
};

/**
 * esbuild's options for any function. Every path is relative to `directory`, so the bytes and the asset's hash are the
 * same on every machine. The target is Node 20 because the local gateway runs the same bundle.
 */
const commonOptions = (name: FunctionName | HandlerServiceName, entry: string, directory = root) =>
  ({
    absWorkingDir: directory,
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
      'node:fs/promises': './lambda/aws/no-files.ts',
      '@smithy/node-http-handler': './lambda/aws/sdk/no-node-http-handler.ts',
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
 * @param entry a path, relative to the directory that the CDK app runs in, such as `handlers/reply.ts`
 */
export const handlerBundleOptions = (name: HandlerServiceName, entry: string) => {
  const directory = isPackage ? process.cwd() : root;
  return {
    ...commonOptions(name, relative(directory, resolve(directory, entry)), directory),
    // The package's library of handlers contains what it needs of the SDK.
    alias: isPackage ? {} : sdkAliases,
  };
};
