import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localArn, localCredentials, localRegion } from '../server/aws-identity';
import type { DeployedFunction } from '../functions/function-set';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { resourcesOfType, UnsupportedTemplateError, type Template } from '../template/template';

/** The functions of a template, each with the bundle that `cdk deploy` would upload. */
export const readFunctions = (
  template: Template,
  resolve: Resolve,
  assemblyDirectory: string,
  /** Overrides the template's variables: the endpoints of the AWS services. */
  serviceEnvironment: Readonly<Record<string, string>>,
): DeployedFunction[] => {
  const assets = readAssets(assemblyDirectory);
  return resourcesOfType(template, 'AWS::Lambda::Function').map(([logicalId, raw]) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const runtime = properties.text('Runtime');
    if (!runtime.startsWith('nodejs')) {
      throw new UnsupportedTemplateError(`${logicalId} runs on ${runtime}; the local gateway runs Node.js functions.`);
    }
    const key = properties.object('Code')['S3Key'];
    const codeHash = typeof key === 'string' ? key.replace(/\.zip$/, '') : '';
    const path = assets.get(codeHash);
    if (path === undefined) throw new UnsupportedTemplateError(`${logicalId} has no bundle in the assembly.`);
    const [module = '', exportName = ''] = properties.text('Handler').split('.');
    const memoryMb = properties.number('MemorySize', 128);
    const timeoutMs = properties.number('Timeout', 3) * 1000;
    const variables = properties.object('Environment')['Variables'] as Readonly<Record<string, string>> | undefined;
    properties.only('Architectures', 'Description', 'LoggingConfig', 'Role', 'Tags', 'TracingConfig');
    const modulePath = join(assemblyDirectory, path, `${module}.js`);
    return {
      name: logicalId,
      arn: localArn('lambda', `function:${logicalId}`),
      modulePath,
      codeHash,
      isBuilt: existsSync(modulePath),
      sourceMaps: variables?.['HANDLER_NAME'] !== undefined,
      exportName,
      timeoutMs,
      memoryMb,
      environment: {
        ...lambdaEnvironment(logicalId, memoryMb, runtime),
        ...variables,
        ...serviceEnvironment,
      },
    };
  });
};

/** Variables that the Lambda runtime sets. */
const lambdaEnvironment = (name: string, memoryMb: number, runtime: string): Record<string, string> => ({
  AWS_REGION: localRegion,
  AWS_DEFAULT_REGION: localRegion,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  // The SDK warns that it will drop Node 20; deployed functions run on 24.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  TZ: 'UTC',
});

/** Paths below the assembly by asset hash. */
const readAssets = (assemblyDirectory: string): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  for (const file of readdirSync(assemblyDirectory).filter((name) => name.endsWith('.assets.json'))) {
    const manifest = JSON.parse(readFileSync(join(assemblyDirectory, file), 'utf8')) as {
      readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
    };
    for (const [hash, { source }] of Object.entries(manifest.files ?? {})) {
      if (source.path !== undefined) paths.set(hash, source.path);
    }
  }
  return paths;
};
