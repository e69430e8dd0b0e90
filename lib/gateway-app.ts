import { App, Validations, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { stackName } from '../lambda/shared/contract/stack-outputs';
import { isDevelopment } from './functions/development';
import { checkAcknowledgements } from './gateway/acknowledge';
import { GatewayStack } from './gateway-stack';
import { registerHandlers, type RegisterHandlers } from './handlers';
import { acknowledgements, type RuleAcknowledgement } from './nag-suppressions';
import type { Stage } from './stage/resolve-stage';
import { findStage, stageNames } from './stages';

/** The CDK app: one stack per stage. Findings of cdk-nag's AwsSolutions, Serverless and NIST 800-53 R5 are errors. */
export const gatewayApp = (
  props: AppProps = {},
  accepted: readonly RuleAcknowledgement[] = acknowledgements,
  allStages: readonly Stage[] = stageNames.map(findStage),
  register: RegisterHandlers = registerHandlers,
): App => {
  const app = new App(props);
  for (const stage of allStages) {
    const stack = new GatewayStack(app, stackName(stage.name), { stage, acknowledgements: accepted });
    register(stack);
    checkAcknowledgements(stack.gateway, accepted);
  }
  // The rules take seconds, and nothing is deployed.
  if (isDevelopment(app)) return app;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));
  return app;
};
