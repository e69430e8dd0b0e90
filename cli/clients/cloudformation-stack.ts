import { regionalConfiguration } from './sdk-configuration';
import type { DeployedStack } from '../target/target';

/** From `arn:aws:cloudformation:REGION:ACCOUNT:stack/…`. */
const regionAndAccountOf = (stackId: string | undefined) => {
  const [, , , region, account] = (stackId ?? '').split(':');
  const nonEmpty = (text: string | undefined) => (text === '' ? undefined : text);
  return { region: nonEmpty(region), account: nonEmpty(account) };
};

/** @returns undefined if there is no such stack */
export const describeStack = async (
  stack: string,
  region: string | undefined,
  abortSignal = new AbortController().signal,
): Promise<DeployedStack | undefined> => {
  const { CloudFormation } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormation(regionalConfiguration(region));
  try {
    const { Stacks: [found] = [] } = await client.describeStacks({ StackName: stack }, { abortSignal });
    if (found === undefined) return undefined;
    return {
      outputs: Object.fromEntries(
        (found.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']),
      ),
      ...regionAndAccountOf(found.StackId),
      hasTerminationProtection: found.EnableTerminationProtection === true,
    };
  } catch (error) {
    // CloudFormation has no specific error name for this.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      return undefined;
    }
    throw error;
  }
};

/** The text of the template that was deployed last, as the CDK wrote it. */
export const readStackTemplate = async (
  stack: string,
  region: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  const { CloudFormation } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormation(regionalConfiguration(region));
  const { TemplateBody = '' } = await client.getTemplate({ StackName: stack }, { abortSignal: signal });
  return TemplateBody;
};
