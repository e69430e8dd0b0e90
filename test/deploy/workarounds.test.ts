import { StartMessageMoveTaskCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createStack } from './create-stack';
import { awsAccount, awsRegion } from './environment';
import { templateRepairs } from './workarounds';

describe('the emulator', () => {
  const sqs = new SQSClient();
  afterAll(() => sqs.destroy());

  test.each(templateRepairs.map((repair, index) => ({ ...repair, index })))(
    'still $fault, and the repair of the template still helps',
    async ({ probe, expected, apply, index }) => {
      expect(await createStack(`probe-${index}-as-for-aws`, probe)).not.toMatch(expected);
      expect(await createStack(`probe-${index}-repaired`, apply(probe))).toMatch(expected);
    },
  );

  test('still knows no message move tasks, so the redrive of dead letters is not rehearsed', async () => {
    const SourceArn = `arn:aws:sqs:${awsRegion}:${awsAccount}:any`;
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn }))).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidAction|UnsupportedOperation|UnknownOperation/) as string,
    });
  });
});
