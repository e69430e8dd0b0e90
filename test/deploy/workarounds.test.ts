import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { StartMessageMoveTaskCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../e2e/gateway-process';
import { awsAccount, awsRegion } from './environment';
import { templateRepairs, type Template } from './workarounds';

describe('the emulator', () => {
  const cloudFormation = new CloudFormationClient();
  const sqs = new SQSClient();
  afterAll(() => [cloudFormation, sqs].forEach((client) => client.destroy()));

  const create = async (name: string, template: Template): Promise<Stack> => {
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        OnFailure: 'DO_NOTHING',
      }),
    );
    return eventually(async () => {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      const [stack] = Stacks;
      if (stack?.StackStatus?.endsWith('IN_PROGRESS') !== false)
        throw new Error(`${name} is not created yet`);
      return stack;
    });
  };
  const outputOf = ({ StackStatus, Outputs = [] }: Stack): string =>
    StackStatus === 'CREATE_COMPLETE' ? (Outputs[0]?.OutputValue ?? '') : '';

  test.each(templateRepairs.map((one, index) => ({ ...one, index })))(
    'still $fault, and the repair of the template still helps',
    async ({ probe, expected, apply, index }) => {
      expect(outputOf(await create(`probe-${index}-as-for-aws`, probe))).not.toMatch(expected);
      expect(outputOf(await create(`probe-${index}-repaired`, apply(probe)))).toMatch(expected);
    },
  );

  test('still knows no message move tasks, so the redrive of dead letters is not rehearsed', async () => {
    const SourceArn = `arn:aws:sqs:${awsRegion}:${awsAccount}:any`;
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn }))).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidAction|UnsupportedOperation|UnknownOperation/) as string,
    });
  });
});
