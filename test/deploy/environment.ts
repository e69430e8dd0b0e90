import { join } from 'node:path';
import { projectRoot } from '../gateway/gateway-process';

/** Account and region of the emulator: made up, and no one else's. */
export const awsAccount = '000000000000';
export const awsRegion = 'eu-central-1';

/** The environment variables that main.ts sets for the suites. */
const variables = { directory: 'REHEARSAL_DIRECTORY', tools: 'REHEARSAL_TOOLS' } as const;

/**
 * The environment of everything that talks to the emulator: its endpoint for every service, and no file of a person's.
 */
export const rehearsalEnvironment = (rehearsal: {
  readonly endpoint: string;
  /** A directory of the run's own. */
  readonly directory: string;
  /** Where the Python tools are. */
  readonly tools: string;
}): Record<string, string> => ({
  AWS_ENDPOINT_URL: rehearsal.endpoint,
  AWS_REGION: awsRegion,
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  CDK_HOME: join(rehearsal.directory, 'cdk-home'),
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  GATEWAY_TARGET: 'aws:dev',
  [variables.directory]: rehearsal.directory,
  [variables.tools]: rehearsal.tools,
});

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these suites are run by npm run test:deploy`);
  return value;
};

/** A path in the run's own directory. */
export const scratch = (...path: readonly string[]): string => join(required(variables.directory), ...path);

/** A Python tool: `cfn-lint`, `checkov`. */
export const tool = (name: string): string => join(required(variables.tools), name);

/** The part of this process's environment that commands need, which are started with an otherwise clean one. */
export const commandEnvironment = (): Record<string, string> => ({
  ...rehearsalEnvironment({
    endpoint: required('AWS_ENDPOINT_URL'),
    directory: required(variables.directory),
    tools: required(variables.tools),
  }),
  NODE_OPTIONS: `--require ${join(projectRoot, 'test', 'deploy', 'resolve-localhost.cjs')}`,
});
