import { App } from 'aws-cdk-lib';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';

const protection = (options: StageOptions): boolean | undefined => {
  const app = new App({ treeMetadata: false, context: { 'aws:cdk:bundling-stacks': [] } });
  return new GatewayStack(app, stackName('prod'), { stage: resolveStage('prod', options) }).terminationProtection;
};

test('a production stage has no termination protection unless it asks for it: its first creation may fail', () => {
  expect(protection({ production: true })).toBe(false);
  expect(protection({ production: true, terminationProtection: true })).toBe(true);
});
