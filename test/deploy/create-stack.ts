import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { eventually } from '../gateway/gateway-process';
import type { Template } from './workarounds';

/** Creates a stack of one output. @returns the output's value; empty where the stack is not created */
export const createStack = async (name: string, template: Template): Promise<string> => {
  const cloudFormation = new CloudFormationClient();
  try {
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        OnFailure: 'DO_NOTHING',
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    return await eventually(async () => {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      const [stack] = Stacks;
      if (stack?.StackStatus?.endsWith('IN_PROGRESS') !== false) throw new Error(`${name} is not created yet`);
      return stack.StackStatus === 'CREATE_COMPLETE' ? (stack.Outputs?.[0]?.OutputValue ?? '') : '';
    });
  } finally {
    cloudFormation.destroy();
  }
};
