import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';
import { localArn, localCredentials, localRegion } from '../server/aws-identity';
import type { DeployedFunction } from '../functions/function-set';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, UnsupportedTemplateError, type Template } from '../template/template';
import type { FunctionCode } from './function-code';

/** Properties without effect locally. */
const ignoredProperties = [
  'Architectures',
  'CodeSigningConfigArn',
  'DeadLetterConfig',
  'Description',
  'EphemeralStorage',
  'FunctionName',
  'KmsKeyArn',
  'LoggingConfig',
  'PackageType',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Role',
  'RuntimeManagementConfig',
  'SnapStart',
  'Tags',
  'TracingConfig',
  'VpcConfig',
];

/** The functions of a template, each with its code. */
export const readFunctions = (
  template: Template,
  resolve: Resolve,
  code: ReadonlyMap<string, FunctionCode>,
  /** Overrides the template's variables: the endpoints of the AWS services. */
  serviceEnvironment: Readonly<Record<string, string>>,
): DeployedFunction[] =>
  readResources(template, 'AWS::Lambda::Function', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const runtime = properties.optionalText('Runtime') ?? 'a container image';
    if (!runtime.startsWith('nodejs')) {
      throw new UnsupportedTemplateError(
        `${logicalId} runs on ${runtime}; the local gateway runs Node.js functions.`,
        leaveOut,
      );
    }
    properties.value('Code');
    const found = code.get(logicalId);
    if (found === undefined) throw new UnsupportedTemplateError(`${logicalId} has no bundle in the assembly.`);
    const handler = properties.text('Handler');
    // As Lambda reads it: `src/index.handler` is the export `handler` of src/index.
    const [, module = '', exportName = ''] = /^((?:.*\/)?[^/.]+)\.(.+)$/.exec(handler) ?? [];
    const memoryMb = properties.number('MemorySize', 128);
    const timeoutMs = properties.number('Timeout', 3) * 1000;
    const variables = properties.object('Environment')['Variables'] as Readonly<Record<string, string>> | undefined;
    properties.only(...ignoredProperties);
    const modulePath = modulePathOf(join(found.directory, module));
    return {
      name: logicalId,
      arn: localArn('lambda', `function:${logicalId}`),
      modulePath,
      codeHash: found.hash,
      isBuilt: existsSync(modulePath),
      sourceMaps: true,
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

const leaveOut = `Leave it out on a laptop, where this.node.tryGetContext('${developmentContext}') is true.`;

const modulePathOf = (path: string): string =>
  ['.js', '.mjs', '.cjs'].map((extension) => path + extension).find((file) => existsSync(file)) ?? `${path}.js`;

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
