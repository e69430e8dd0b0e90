import { App, Validations, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { stackName } from '../lambda/shared/contract/stack-outputs';
import { acknowledgements, type RuleAcknowledgement } from './nag-suppressions';
import { GatewayStack } from './gateway-stack';
import { registerHandlers, type RegisterHandlers } from './handlers';
import type { Stage } from './stage/resolve-stage';
import { findStage, stageNames } from './stages';

/**
 * Acknowledges a finding on each construct of the stack that matches its path.
 * @throws Error if none matches, which the CDK would ignore
 */
const acknowledge = (stack: GatewayStack, { id, path, reason, onlyWith }: RuleAcknowledgement): void => {
  const pattern = new RegExp(`^${stack.node.path}/${path.replaceAll('*', '[^/]+')}$`);
  const matching = stack.node.findAll().filter((construct) => pattern.test(construct.node.path));
  if (matching.length === 0 && onlyWith === undefined) {
    throw new Error(
      `lib/nag-suppressions.ts acknowledges ${id} on ${path}, but ${stack.node.path} has no such construct: ` +
        'correct the path or remove the entry.',
    );
  }
  for (const construct of matching) Validations.of(construct).acknowledge({ id, reason });
};

/** The CDK app: one stack per stage. Findings of cdk-nag's AwsSolutions, Serverless and NIST 800-53 R5 are errors. */
export const gatewayApp = (
  props: AppProps = {},
  accepted: readonly RuleAcknowledgement[] = acknowledgements,
  allStages: readonly Stage[] = stageNames.map(findStage),
  register: RegisterHandlers = registerHandlers,
): App => {
  const app = new App(props);
  for (const stage of allStages) {
    const stack = new GatewayStack(app, stackName(stage.name), { stage });
    register(stack);
    for (const acknowledgement of accepted) acknowledge(stack, acknowledgement);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));
  return app;
};
