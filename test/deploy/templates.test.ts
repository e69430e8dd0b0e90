import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { stageNames } from '../../lib/stages';
import { gatewayApp } from '../../lib/gateway-app';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { everyHandler, everyOption } from '../helpers/every-option';
import { cdk } from './cdk';
import { scratch } from './environment';
import { lintSkips, skips } from './lint-skips';
import { cfnLint, checkov, type Finding } from './linters';

const templatesIn = (assembly: string): readonly string[] =>
  readdirSync(assembly).filter((name) => name.endsWith('.template.json'));

describe('the templates of every stage, and of one with every option and handlers', () => {
  let found: readonly Finding[] = [];
  beforeAll(async () => {
    await cdk('synth', '--quiet', '--output', scratch('lint'));
    // As the CDK CLI does it. cfn-lint knows by these paths that the CDK wrote a template.
    const context = { 'aws:cdk:enable-path-metadata': true };
    const stage = resolveStage('every', everyOption());
    gatewayApp({ outdir: scratch('every'), context }, undefined, [stage], everyHandler).synth();
  });

  test('are one for each stage in lib/stages.ts', () => {
    expect([...templatesIn(scratch('lint'))].sort()).toEqual(
      stageNames.map((name) => `${stackName(name)}.template.json`).sort(),
    );
  });

  test('pass cfn-lint and Checkov, except for the skipped rules', async () => {
    const files = ['lint', 'every'].flatMap((folder) =>
      templatesIn(scratch(folder)).map((name) => scratch(folder, name)),
    );
    const lint = await cfnLint(files);
    const { findings, passed, parsing_errors, resource_count } = await checkov(files);
    expect({ parsing_errors, looked: passed > 100 && resource_count > 100 }).toEqual({
      parsing_errors: 0,
      looked: true,
    });
    found = [...lint, ...findings];
    expect(found.filter((finding) => !lintSkips.some((skip) => skips(skip, finding)))).toEqual([]);
  });

  test.each(lintSkips)('still violate the skipped $rule on $resourceType', (skip) => {
    expect(found.filter((finding) => skips(skip, finding))).not.toEqual([]);
  });
});

test('rejects a template with a property of a wrong type and an unencrypted queue', async () => {
  mkdirSync(scratch('faulty'));
  const faulty = scratch('faulty', 'faulty.template.json');
  const Properties = { VisibilityTimeout: 'soon', SqsManagedSseEnabled: false };
  writeFileSync(faulty, JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties } } }));
  const rules = [...(await cfnLint([faulty])), ...(await checkov([faulty])).findings].map(
    ({ rule, logicalId }) => `${rule} ${logicalId}`,
  );
  expect(rules).toEqual(expect.arrayContaining(['E3012 Queue', 'CKV_AWS_27 Queue']));
});
