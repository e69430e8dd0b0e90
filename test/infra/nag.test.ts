import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations, type AppProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { acknowledgements, type RuleAcknowledgement } from '../../lib/nag-suppressions';
import { gatewayApp } from '../../lib/gateway-app';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage, type Stage } from '../../lib/stage/resolve-stage';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import cdkJson from '../../cdk.json';
import { everyHandler, everyOption } from '../helpers/every-option';
import { at, list } from './checks/template';

/** A finding of a rule on a construct. The path is below the gateway. */
interface Finding {
  readonly rule: string;
  readonly stack: string;
  readonly path: string;
}

const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);

/**
 * The app of `cdk synth`, with the context of `cdk.json`, but without bundling.
 * @param props switch off the default rules where a test asks for findings of the packs only
 */
const app = (
  outdir: string,
  accepted?: readonly RuleAcknowledgement[],
  stages?: readonly Stage[],
  props: Pick<AppProps, 'builtinCloudFormationValidation'> = {},
) =>
  gatewayApp(
    { outdir, context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] }, ...props },
    accepted,
    stages,
    stages === undefined ? undefined : everyHandler,
  );

const readFindings = (outdir: string): Finding[] => {
  const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return list(at(report, 'pluginReports'))
    .flatMap((plugin) => [...list(at(plugin, 'violations'))])
    .flatMap((violation) =>
      list(at(violation, 'violatingConstructs')).map((construct) => {
        const [stack = '', gateway = '', ...path] = String(at(construct, 'constructPath')).split('/');
        if (gateway !== 'Default') path.unshift(gateway);
        return { rule: String(at(violation, 'ruleName')), stack, path: path.join('/') };
      }),
    );
};

/** Synthesizes, and returns the findings and the message of the error, if there is one. */
const synthesize = (change: (outdir: string) => App): { findings: Finding[]; error: string } => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-nag-'));
  try {
    let error = '';
    try {
      change(outdir).synth();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    return { findings: readFindings(outdir), error };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

/** Whether an acknowledgement covers a finding: the same rule, on the construct or inside it. */
const covers = (acknowledgement: RuleAcknowledgement, finding: Finding): boolean =>
  acknowledgement.id === finding.rule &&
  new RegExp(`^${acknowledgement.path.replaceAll('*', '[^/]+')}(?:/|$)`).test(finding.path);

// Three stages under four rule packs take seconds, and longer on a busy machine.
jest.setTimeout(120_000);

test('no stage has findings of the default rules, AwsSolutions, Serverless and NIST 800-53 R5', () => {
  expect(synthesize((outdir) => app(outdir))).toEqual({ findings: [], error: '' });
  expect(printed).not.toHaveBeenCalled();
});

describe('a stage with every option that makes a resource', () => {
  const stage = resolveStage('full', { ...everyOption(), customerManagedKey: false });

  test('has no findings', () => {
    expect(synthesize((outdir) => app(outdir, undefined, [stage]))).toEqual({ findings: [], error: '' });
  });

  test('needs every acknowledgement for an option: without it there is one finding', () => {
    const { findings } = synthesize((outdir) => app(outdir, [], [stage], { builtinCloudFormationValidation: false }));
    for (const acknowledgement of acknowledgements.filter(({ onlyWith }) => onlyWith !== undefined)) {
      const count = acknowledgement.onlyWithout === 'tracing' ? 0 : 1;
      expect(findings.filter((finding) => covers(acknowledgement, finding))).toHaveLength(count);
    }
  });
});

describe('a stage with a key of its own, and sixty accounts', () => {
  const accounts = ['support', ...Array.from({ length: 59 }, (_, at) => `account-${at}`)];
  const stage = resolveStage('full', { ...everyOption(), accounts });

  test('has no findings', () => {
    expect(synthesize((outdir) => app(outdir, undefined, [stage]))).toEqual({ findings: [], error: '' });
  });

  test('has every finding without acknowledgements, except those that an option removes', () => {
    const { findings } = synthesize((outdir) => app(outdir, [], [stage], { builtinCloudFormationValidation: false }));
    for (const acknowledgement of acknowledgements) {
      const fixed = acknowledgement.onlyWithout !== undefined;
      expect(findings.some((finding) => covers(acknowledgement, finding))).toBe(!fixed);
    }
  });
});

describe('an app without acknowledgements and with two mistakes in the dev stage', () => {
  const dev = stackName('dev');
  const { findings, error } = synthesize((outdir) => {
    const careless = app(outdir, []);
    for (const construct of careless.node.findAll()) {
      if (!construct.node.path.startsWith(dev)) continue;
      if (construct instanceof GatewayStack) new CfnQueue(construct, 'Careless', {});
      else if (construct.node.path === `${dev}/Default/EventQueue/Queue/Resource` && construct instanceof CfnQueue) {
        construct.addPropertyOverride('VisibilityTimeout', 'soon');
      }
    }
    return careless;
  });

  test('TPL-IAM: has exactly the acknowledged findings in the other stages', () => {
    for (const stack of [stackName('staging'), stackName('prod')]) {
      const ofStage = findings.filter((finding) => finding.stack === stack);
      for (const acknowledgement of acknowledgements.filter(({ onlyWith }) => onlyWith === undefined)) {
        expect(ofStage.filter((finding) => covers(acknowledgement, finding))).not.toEqual([]);
      }
      for (const finding of ofStage) {
        expect(acknowledgements.filter((acknowledgement) => covers(acknowledgement, finding))).toHaveLength(1);
      }
    }
  });

  test('rejects every acknowledged finding, so that each acknowledgement is needed', () => {
    // The test above covers those for an option.
    for (const { id } of acknowledgements.filter(({ onlyWith }) => onlyWith === undefined)) {
      expect(error).toContain(id);
    }
  });

  test('rejects a queue without TLS by AwsSolutions', () => {
    expect(error).toContain('AwsSolutions-SQS4');
    expect(findings).toContainEqual({ rule: 'AwsSolutions-SQS4', stack: dev, path: 'Careless' });
  });

  test('rejects by the default rules a value that CloudFormation would not accept', () => {
    expect(error).toContain("VisibilityTimeout: 'soon' is not of type 'integer'");
    expect(findings.filter(({ path }) => path === 'EventQueue/Queue/Resource')).toHaveLength(1);
  });
});

test("another app keeps the findings of its own resources, and gets none of the gateway's", () => {
  const { findings } = synthesize((outdir) => {
    const orders = new App({
      outdir,
      context: { 'aws:cdk:bundling-stacks': [] },
      builtinCloudFormationValidation: false,
    });
    const stack = new Stack(orders, 'Orders');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-1'],
      privateSubnetRouteTableIds: ['rtb-1'],
    });
    const given = { ...everyOption(), basicAuth: {}, events: {}, customerManagedKey: false };
    const gateway = new TwilioWebhookGateway(stack, 'Twilio', { ...given, vpc, stageName: 'prod' });
    everyHandler(gateway);
    new CfnQueue(stack, 'Careless', {});
    new CfnQueue(gateway, 'Careless', {});
    const packs = [new AwsSolutionsChecks(orders), new ServerlessChecks(orders), new NIST80053R5Checks(orders)];
    Validations.of(orders).addPlugins(...packs);
    return orders;
  });
  expect(new Set(findings.map(({ path }) => path))).toEqual(new Set(['Careless', 'Twilio/Careless']));
  const rulesOf = (path: string) => findings.filter((finding) => finding.path === path).map(({ rule }) => rule);
  // A queue that somebody adds to the gateway has every finding, also those that are accepted of the gateway's queues.
  expect(rulesOf('Careless')).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
  expect(rulesOf('Twilio/Careless').sort()).toEqual(rulesOf('Careless').sort());
});

test('every acknowledgement has a reason, and names one finding of a rule that has several', () => {
  for (const { id, reason } of acknowledgements) {
    expect(reason.length).toBeGreaterThan(60);
    expect(id).toMatch(/^(?:AwsSolutions-(?:IAM5\[.+\]|(?!IAM)[A-Z0-9]+)|(?:Serverless|NIST\.800\.53\.R5)-\w+)$/);
  }
});

test('rejects an acknowledgement whose path matches no construct', () => {
  const stray = { id: 'AwsSolutions-SQS3', path: 'EventQueue/Lost', reason: 'it was removed long ago' };
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-nag-'));
  expect(() => app(outdir, [...acknowledgements, stray])).toThrow(
    'lib/nag-suppressions.ts acknowledges AwsSolutions-SQS3 on EventQueue/Lost',
  );
  rmSync(outdir, { recursive: true });
});
