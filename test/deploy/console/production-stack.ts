import { CloudFormationClient, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { describeStack } from '../../../cli/clients/cloudformation-stack';
import { stackName } from '../../../lambda/shared/contract/stack-outputs';
import { stack } from '../assembly';
import { createStack } from '../create-stack';

export const productionStage = 'prod';

/** A stack with the name of a production stage, whose outputs are those of the dev stage. @returns what deletes it */
export const createProductionStack = async (): Promise<() => Promise<void>> => {
  const StackName = stackName(productionStage);
  const outputs = { ...(await describeStack(stack, undefined))?.outputs, Production: 'true' };
  await createStack(StackName, {
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  });
  return async () => {
    const cloudFormation = new CloudFormationClient();
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    cloudFormation.destroy();
  };
};
