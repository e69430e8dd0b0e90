import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sendRaw } from '../../helpers/webhooks';
import { createStack } from '../create-stack';
import type { Template } from '../workarounds';

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
afterAll(() => sqs.destroy());

/** The fallback lane: an HTTP API whose route sends to a queue. AWS creates it as it is. */
const laneTemplate: Template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'probe-lane' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' } },
          ],
        },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'lane', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: 'lane', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationSubtype: 'SQS-SendMessage',
        PayloadFormatVersion: '1.0',
        CredentialsArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        RequestParameters: { QueueUrl: { Ref: 'Queue' }, MessageBody: '$request.body' },
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /fallback',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
  },
  Outputs: { Value: { Value: { 'Fn::Join': [' ', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, { Ref: 'Queue' }]] } } },
};

test('the emulator still has no integration that sends to a queue, so the fallback lane is not rehearsed', async () => {
  const [endpoint, QueueUrl] = (await createStack('probe-lane', laneTemplate)).split(' ');
  expect(QueueUrl).toMatch(/^http/);
  const answer = await sendRaw(`${endpoint ?? ''}/lane/fallback`, { method: 'POST', body: 'Body=hello' });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
  expect(Messages).toEqual([]);
});
