import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { preProcessFile } from 'typescript';
import { developmentContext, recipeFile, type BundleRecipe } from '../../lambda/shared/contract/bundle-recipe';
import type { FunctionName } from '../../lambda/shared/contract/function-names';
import { bundleOptions, handlerBundleOptions } from '../../lib/functions/function-bundle';
import { gatewayApp } from '../../lib/gateway-app';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import { templateOf, withCdkApp } from '../helpers/cdk-app';
import { at, resources, type Template } from './checks/template';

const projectRoot = join(__dirname, '..', '..');

/** The files that `entry` loads, and the packages that they load. Types are erased. */
const loadedBy = (entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } => {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const code = readFileSync(join(projectRoot, file), 'utf8').replaceAll(/^(?:import|export) type [^;]+;/gm, '');
    for (const { fileName } of preProcessFile(code, true, true).importedFiles) {
      if (!fileName.startsWith('.')) packages.add(fileName);
      else visit(`${relative(projectRoot, join(projectRoot, dirname(file), fileName))}.ts`);
    }
  };
  visit(entry);
  return { files, packages };
};

test('a CDK app that imports the package loads nothing but the CDK and Node', () => {
  const { files, packages } = loadedBy('lib/index.ts');
  expect(files.size).toBeGreaterThan(50);
  const others = [...packages].filter(
    (name) => !/^(?:aws-cdk-lib|constructs)(?:\/|$)|^node:/.test(name) && !builtinModules.includes(name),
  );
  expect(others).toEqual([]);
  expect([...files].filter((file) => !/^(?:lib|lambda\/shared)\//.test(file))).toEqual([]);
});

describe('in development mode', () => {
  const context = {
    [developmentContext]: true,
    'aws:cdk:bundling-stacks': ['**'],
    'aws:cdk:enable-asset-metadata': true,
  };
  const entry = 'test/fixtures/handlers/echo.ts';
  /** The files of each function's asset, by the function. */
  const assetsIn = (given: Readonly<Record<string, unknown>>) =>
    withCdkApp(
      (stack, app, outdir) => {
        const options = { stageName: 'dev', reply: { default: 'Thank you.' } };
        new TwilioWebhookGateway(stack, 'Twilio', options).onMessage('Replies', { entry });
        const template = app.synth().getStackArtifact(stack.artifactId).template as Template; // The CDK wrote it.
        return resources(template, 'AWS::Lambda::Function').map(([id, resource]) => {
          const directory = join(outdir, String(at(resource, 'Metadata', 'aws:asset:path')));
          const files = readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]);
          return [id.slice(0, -8), Object.fromEntries(files) as Readonly<Record<string, string>>] as const;
        });
      },
      { context: given },
    );
  test('the assets have recipes with the options of a deployment, and the files of the stage', () => {
    const assets = assetsIn(context);
    const optionsOf = (name: FunctionName): unknown => JSON.parse(JSON.stringify(bundleOptions(name)));
    expect(assets.map(([, files]) => JSON.parse(files[recipeFile] ?? '') as BundleRecipe)).toEqual([
      { name: 'ingress', options: optionsOf('ingress') },
      { name: 'consumer', options: optionsOf('consumer') },
      { name: 'publisher', options: optionsOf('publisher') },
      { name: 'handler-Replies', options: handlerBundleOptions('handler-Replies', entry) },
    ]);
    expect(assets.map(([, files]) => Object.keys(files).sort())).toEqual([
      [recipeFile, 'replies.json'],
      [recipeFile],
      [recipeFile],
      [recipeFile],
    ]);
  });

  test('the template is that of a deployment without a VPC, an event bus and a domain name', () => {
    const gateway = (isDeployed: boolean) =>
      templateOf(
        (stack) => {
          const name = { name: 'hooks.example.com', regionalDomainName: 'd.example.com', regionalHostedZoneId: 'Z1' };
          const elsewhere = {
            vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] }),
            events: { eventBusArn: 'arn:aws:events:eu-west-1:111122223333:event-bus/twilio' },
            domainName: DomainName.fromDomainNameAttributes(stack, 'Domain', name),
          };
          new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'dev', ...(isDeployed ? { events: {} } : elsewhere) });
        },
        { context: isDeployed ? {} : { [developmentContext]: 'true' } },
      );
    const comparable = (template: Template): unknown =>
      JSON.parse(JSON.stringify(template, (key, value: unknown) => (key === 'S3Key' ? 'asset' : value)));
    expect(comparable(gateway(false))).toEqual(comparable(gateway(true)));
  });

  test('the domain name that a deployment creates is not in the template', () => {
    const template = templateOf(
      (stack) => {
        const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';
        const customDomain = { domainName: 'hooks.example.com', certificateArn };
        new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'dev', customDomain });
      },
      { context: { [developmentContext]: true } },
    );
    expect(resources(template, 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
    expect(JSON.stringify(template)).not.toContain('hooks.example.com');
  });

  test("the app of this project does not run cdk-nag's rules", () => {
    withCdkApp((_stack, _app, outdir) => {
      const app = { outdir, builtinCloudFormationValidation: false, treeMetadata: false };
      gatewayApp({ ...app, context: { ...context, 'aws:cdk:bundling-stacks': [] } }).synth();
      expect(existsSync(join(outdir, 'validation-report.json'))).toBe(false);
    });
  });
});

test('only the stack that is deployed is built, and files of an earlier synthesis are not deployed', () => {
  withCdkApp(
    (stack, app, outdir) => {
      const directory = join(outdir, 'bundle-ingress');
      mkdirSync(directory);
      writeFileSync(join(directory, recipeFile), '{}');
      new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'dev' });
      new TwilioWebhookGateway(new Stack(app, 'Deployed'), 'Twilio', { stageName: 'prod' });
      expect(readdirSync(directory)).toEqual(['index.js', 'index.js.map']);
      expect(readdirSync(join(outdir, 'not-built-ingress'))).toEqual(['not-built.txt']);
    },
    { context: { 'aws:cdk:bundling-stacks': ['Deployed'] } },
  );
});

test('handlers of one name in two gateways have the code of their own files', () => {
  const template = templateOf(
    (stack) => {
      for (const [stageName, entry] of [
        ['one', 'test/fixtures/handlers/echo.ts'],
        ['two', 'test/fixtures/handlers/answer.ts'],
      ] as const) {
        new TwilioWebhookGateway(stack, stageName, { stageName }).onMessage('Replies', { entry });
      }
    },
    { context: { 'aws:cdk:bundling-stacks': ['**'] } },
  );
  const handlers = resources(template, 'AWS::Lambda::Function').filter(([id]) => id.includes('Replies'));
  const keys = handlers.map(([, { Properties }]) => JSON.stringify(at(Properties, 'Code', 'S3Key')));
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(2);
});

test('a missing handler file fails with the directory that was searched; an absolute path needs none', () => {
  const synthesize = (entry: string) => () =>
    withCdkApp(
      (stack) => new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'dev' }).onMessage('Replies', { entry }),
      { context: { 'aws:cdk:bundling-stacks': ['**'] } },
    );
  expect(synthesize('infra/handlers/echo.ts')).toThrow(
    'Orders/Twilio/Events/Replies/Handler: there is no file infra/handlers/echo.ts ' +
      `in ${projectRoot}, where the app runs.`,
  );
  expect(synthesize(join(projectRoot, 'test/fixtures/handlers/echo.ts'))).not.toThrow();
});
