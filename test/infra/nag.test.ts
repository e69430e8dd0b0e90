import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { stackName } from '../../lambda/shared/stack-outputs';
import { acknowledgements, type RuleAcknowledgement } from '../../lib/acknowledgements';
import { gatewayApp } from '../../lib/gateway-app';
import { stageNames } from '../../lib/stages';
import cdkJson from '../../cdk.json';
import { at, list } from './template';

/** A finding of a rule on a construct, the path below the stack. */
interface Finding {
  readonly rule: string;
  readonly stack: string;
  readonly path: string;
}

let outdir = '';
const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'gateway-nag-'));
  printed.mockClear();
});
afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** The app as `cdk synth` has it, with the context of `cdk.json`, without bundling. */
const app = (accepted?: readonly RuleAcknowledgement[]) =>
  gatewayApp({ outdir, context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } }, accepted);

const findings = (): Finding[] => {
  const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return list(at(report, 'pluginReports'))
    .flatMap((plugin) => [...list(at(plugin, 'violations'))])
    .flatMap((violation) =>
      list(at(violation, 'violatingConstructs')).map((construct) => {
        const [stack = '', ...path] = String(at(construct, 'constructPath')).split('/');
        return { rule: String(at(violation, 'ruleName')), stack, path: path.join('/') };
      }),
    );
};

/** Whether an acknowledgement is about a finding: the same rule, on the construct or inside it. */
const isAbout = (acknowledgement: RuleAcknowledgement, finding: Finding): boolean =>
  acknowledgement.id === finding.rule &&
  new RegExp(`^${acknowledgement.path.replaceAll('*', '[^/]+')}(?:/|$)`).test(finding.path);

test('all stages are clean under the default rules and AwsSolutions', () => {
  app().synth();
  expect(findings()).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

test('TPL-IAM: without acknowledgements exactly the acknowledged findings appear, in every stage', () => {
  expect(() => app([]).synth()).toThrow('AwsSolutions-SMG4');
  const found = findings();
  for (const name of stageNames) {
    const ofStage = found.filter(({ stack }) => stack === stackName(name));
    for (const acknowledgement of acknowledgements) {
      expect(ofStage.filter((finding) => isAbout(acknowledgement, finding))).not.toEqual([]);
    }
    for (const finding of ofStage) {
      expect(acknowledgements.filter((acknowledgement) => isAbout(acknowledgement, finding))).toHaveLength(1);
    }
  }
  expect(new Set(found.map(({ stack }) => stack)).size).toBe(stageNames.length);
});

test('every acknowledgement says why, and names one finding of a rule that has several', () => {
  for (const { id, reason } of acknowledgements) {
    expect(reason.length).toBeGreaterThan(60);
    expect(id).toMatch(/^AwsSolutions-(?:IAM5\[.+\]|(?!IAM)[A-Z0-9]+)$/);
  }
});

test('rejects an acknowledgement whose path names no construct', () => {
  const stray = { id: 'AwsSolutions-SQS3', path: 'EventQueue/Lost', reason: 'it was removed long ago' };
  expect(() => app([...acknowledgements, stray])).toThrow(
    'lib/acknowledgements.ts acknowledges AwsSolutions-SQS3 on EventQueue/Lost',
  );
});

test('rejects a queue without TLS by AwsSolutions', () => {
  const gateway = app();
  new CfnQueue(gateway.node.findChild(stackName('dev')), 'Careless', {});
  expect(() => gateway.synth()).toThrow('AwsSolutions-SQS4');
  expect(findings()).toContainEqual({
    rule: 'AwsSolutions-SQS4',
    stack: stackName('dev'),
    path: 'Careless',
  });
});

test('rejects a value that CloudFormation would refuse, by the default rules', () => {
  const gateway = app();
  for (const construct of gateway.node.findAll()) {
    if (construct instanceof CfnQueue) construct.addPropertyOverride('VisibilityTimeout', 'soon');
  }
  expect(() => gateway.synth()).toThrow("VisibilityTimeout: 'soon' is not of type 'integer'");
  expect(findings().map(({ path }) => path)).toContain('EventQueue/Queue/Resource');
});
