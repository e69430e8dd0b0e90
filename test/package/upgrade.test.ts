import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statefulProblems, type StatefulIds } from '../../package/release/stateful-ids';
import released from '../fixtures/releases/0.1.0/stateful-ids.json';
import { statefulIds } from '../fixtures/releases/released-templates';
import type { Template } from '../infra/checks/template';
import { linkTree } from './workspace/link-tree';
import { output } from './run';
import { inWorkspace } from './workspace/workspace';

// The stages of 0.1.0, which differ in these options alone. As `Default` the construct has no prefix, as GatewayStack.
const appText = `
import { App, Stack } from 'aws-cdk-lib';
import { TwilioWebhookGateway } from 'twilio-webhook-gateway';

const app = new App();
for (const [stageName, options] of Object.entries({ dev: {}, staging: {}, prod: { production: true } })) {
  new TwilioWebhookGateway(new Stack(app, stageName), 'Default', { stageName, ...options });
}
`;

/** The ids that the installed package of an app gives, of each stage. */
const idsOf = async (app: string): Promise<StatefulIds> => {
  writeFileSync(join(app, 'bin', 'released.mjs'), appText);
  const assembly = join(app, 'cdk.released');
  await output(app, 'env', `CDK_OUTDIR=${assembly}`, 'node', 'bin/released.mjs');
  const read = (stage: string): Template =>
    JSON.parse(readFileSync(join(assembly, `${stage}.template.json`), 'utf8')) as Template;
  return Object.fromEntries(['dev', 'staging', 'prod'].map((stage) => [stage, statefulIds(read(stage))]));
};

const { dev, staging, prod } = released;
const before: StatefulIds = { dev, staging, prod };

test('an update from 0.1.0 replaces nothing that has a state', async () => {
  expect(statefulProblems(before, await idsOf(inWorkspace('modules')), undefined)).toEqual([]);
});

test('an update that renames the construct of the table is found', async () => {
  const app = inWorkspace('renamed');
  linkTree(inWorkspace('modules'), app);
  const file = join(app, 'node_modules', 'twilio-webhook-gateway', 'lib', 'gateway', 'parts.js');
  const text = readFileSync(file, 'utf8');
  const renamed = text.replaceAll("'EventTable'", "'Events'");
  expect(renamed).not.toBe(text);
  // A new file: the old one is a link to that of the other apps.
  rmSync(file);
  writeFileSync(file, renamed);
  const problems = statefulProblems(before, await idsOf(app), undefined);
  expect(problems.map((problem) => problem.replace(/ is gone: .*/, ''))).toEqual(
    Object.entries(before).map(
      ([stage, ids]) => `${stage}: AWS::DynamoDB::Table ${ids['AWS::DynamoDB::Table']?.[0] ?? ''}`,
    ),
  );
});
