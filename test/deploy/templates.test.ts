import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { stageNames } from '../../lib/stages';
import { cdk } from './cdk';
import { scratch } from './environment';
import { lintSkips, skips } from './lint-skips';
import { cfnLint, checkov, type Finding } from './linters';

describe('the templates of every stage', () => {
  let found: readonly Finding[] = [];
  let templates: readonly string[] = [];
  beforeAll(async () => {
    await cdk('synth', '--quiet', '--output', scratch('lint'));
    templates = readdirSync(scratch('lint')).filter((name) => name.endsWith('.template.json'));
  });

  test('are one for each stage in lib/stages.ts', () => {
    expect([...templates].sort()).toEqual(stageNames.map((name) => `${stackName(name)}.template.json`).sort());
  });

  test('pass cfn-lint and Checkov, except for the skipped rules', async () => {
    const files = templates.map((name) => scratch('lint', name));
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
