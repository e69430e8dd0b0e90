import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import type { AuthorizerEnvironment } from '../../lambda/authorizer/environment';
import type { ConsumerEnvironment } from '../../lambda/consumer/environment';
import type { IngressEnvironment } from '../../lambda/ingress/environment';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { functionNames, type FunctionName } from '../../lambda/shared/contract/function-names';
import { bundleOptions } from '../../lib/functions/function-bundle';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { synthesizeStage } from '../../lib/synthesize';
import { at, logicalId, type Template } from './checks/template';

const maxBundleBytes = 205_000;
const projectRoot = join(__dirname, '..', '..');

const ingressEnvironment: IngressEnvironment = {
  STAGE_NAME: 'dev',
  PUBLIC_BASE_URL: 'https://example.com/dev',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/events',
  BREAKER_QUEUE_URL: '',
  ACCOUNT_SECRET_ARNS: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:main-AbCdEf',
  SECRET_TTL_SECONDS: '300',
  PREVIOUS_TOKEN_SECONDS: '3600',
  SECRET_MAX_STALE_SECONDS: '86400',
  BASIC_AUTH_SECRET_ARN: '',
  BASIC_AUTH_REALM: '',
  ACCEPT_GET: '',
  EXPECTED_DOMAIN_NAME: '',
  REPLY_FILE: '',
};
const consumerEnvironment: ConsumerEnvironment = {
  STAGE_NAME: 'dev',
  TABLE_NAME: 'table',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/events',
  RETENTION_DAYS: '0',
  CONVERSATION_INDEX: 'true',
};

const authorizerEnvironment: AuthorizerEnvironment = {
  STAGE_NAME: 'dev',
  WEB_SOCKET_URL: 'wss://example.com/dev',
  ACCOUNT_SECRET_ARNS: ingressEnvironment.ACCOUNT_SECRET_ARNS,
  SECRET_TTL_SECONDS: '300',
  PREVIOUS_TOKEN_SECONDS: '3600',
  SECRET_MAX_STALE_SECONDS: '86400',
};

const functions: readonly { readonly name: FunctionName; readonly environment: object }[] = [
  { name: 'ingress', environment: ingressEnvironment },
  { name: 'consumer', environment: consumerEnvironment },
  { name: 'authorizer', environment: authorizerEnvironment },
];

/** The text of a bundle and of its source map, and the names of its source files. */
const bundle = (name: FunctionName) => {
  const { outputFiles, metafile } = buildSync(bundleOptions(name));
  const file = (base: string): string => {
    const found = outputFiles.find(({ path }) => basename(path) === base);
    if (found === undefined) throw new Error(`${name} has no ${base}`);
    return found.text;
  };
  return { code: file('index.js'), map: file('index.js.map'), inputs: Object.keys(metafile.inputs) };
};

describe.each(functions)('the bundle of $name', ({ name, environment }) => {
  const { code, map, inputs } = bundle(name);

  test(`is at most ${maxBundleBytes} bytes`, () => {
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(maxBundleBytes);
  });

  test('contains no code of lib, the CDK, the CLI or another function', () => {
    const others = functionNames.filter((other) => other !== name).join('|');
    const foreign = new RegExp(
      `^(?:lib|bin|cli|local|test|lambda/(?:${others}))/|node_modules/(?:aws-cdk-lib|constructs)/`,
    );
    expect(inputs).toContain(`lambda/${name}/handler.ts`);
    expect(inputs.filter((input) => foreign.test(input))).toEqual([]);
  });

  test("contains at most the validator of Twilio's library", () => {
    expect(inputs.filter((input) => input.startsWith('node_modules/twilio/'))).toEqual(
      name !== 'consumer' ? ['node_modules/twilio/lib/webhooks/webhooks.js'] : [],
    );
  });

  test('contains no JSON files, such as the package.json of the SDK', () => {
    expect(code).not.toMatch(/"?(?:devDependencies|maintainers)"?:/);
  });

  test("reads credentials from Lambda's environment, without the SDK's credential providers", () => {
    expect(inputs).toContain('lambda/aws/environment-credentials.ts');
    expect(inputs.filter((input) => input.includes('credential-provider'))).toEqual([]);
  });

  test('looks for no configuration files of the AWS CLI', () => {
    expect(inputs).toContain('lambda/aws/no-files.ts');
    expect(code).not.toContain('fs/promises');
  });

  test('contains no path of the machine that built it, and no source code in its map', () => {
    for (const text of [code, map]) {
      for (const path of [projectRoot, homedir(), 'file://']) expect(text).not.toContain(path);
    }
    const sources = at(JSON.parse(map), 'sources');
    expect(sources).toContain(`../../lambda/${name}/handler.ts`);
    for (const source of sources as string[]) expect(source).toMatch(/^\.\.\/\.\.\/(?:lambda|node_modules)\//);
    expect(at(JSON.parse(map), 'sourcesContent')).toBeUndefined();
  });

  test('TPL-SECRET: contains no account SID, API key or phone number', () => {
    expect(code).not.toMatch(/\b(?:AC|SK)[0-9a-f]{32}\b|["'`]\+[1-9]\d{7,14}["'`]/i);
  });

  test('has the same bytes in every build', () => {
    expect(bundle(name).code).toBe(code);
    expect(code.endsWith('//# sourceMappingURL=index.js.map\n')).toBe(true);
  });

  test('loads without any installed package', () => {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-bundle-'));
    try {
      writeFileSync(join(directory, 'index.js'), code);
      const { stdout, status } = spawnSync(
        process.execPath,
        ['-e', 'console.log(typeof require("./index.js").handler)'],
        { cwd: directory, encoding: 'utf8', env: { ...environment, AWS_REGION: 'eu-west-1' } },
      );
      expect({ stdout, status }).toEqual({ stdout: 'function\n', status: 0 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

test('a synthesized stage has a directory with the bundle of each function, which the local gateway reads', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-assembly-'));
  try {
    const { directory, template } = synthesizeStage('dev', outdir);
    const found = Object.values(at(template, 'Resources') as Record<string, unknown>)
      .filter((resource) => at(resource, 'Type') === 'AWS::Lambda::Function')
      .map((resource) => readdirSync(join(directory, String(at(resource, 'Metadata', 'aws:asset:path')))).sort());
    expect(directory).toBe(outdir);
    expect(found).toEqual([
      ['index.js', 'index.js.map'],
      ['index.js', 'index.js.map'],
    ]);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test('the replies of a stage are in the directory of its own bundle only', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-replies-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      context: { 'aws:cdk:enable-asset-metadata': true },
    });
    const stages: readonly (readonly [string, StageOptions])[] = [
      ['first', { reply: { default: 'the first' } }],
      ['second', { reply: { default: 'the second' } }],
      ['silent', {}],
    ];
    const stacks = stages.map(
      ([name, options]) => new GatewayStack(app, stackName(name), { stage: resolveStage(name, options) }),
    );
    const assembly = app.synth();
    const replies = stacks.map(({ artifactId }) => {
      const { templateFullPath } = assembly.getStackArtifact(artifactId);
      const template = JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template;
      const ingress = template.Resources[logicalId(template, 'AWS::Lambda::Function', 'Ingress')];
      const directory = join(outdir, String(at(ingress, 'Metadata', 'aws:asset:path')));
      return readdirSync(directory).includes('replies.json')
        ? readFileSync(join(directory, 'replies.json'), 'utf8')
        : 'silence';
    });
    expect(replies).toEqual([expect.stringContaining('the first'), expect.stringContaining('the second'), 'silence']);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
