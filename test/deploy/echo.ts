import { functionResources } from './function-resources';
import type { Template } from './workarounds';

/** The stage of the echo's API. */
export const echoStage = 'echo';

/** A function that answers with the event that it got, or, with the parameter `answer`, with that as its result. */
export const echo = (event: {
  readonly queryStringParameters?: Readonly<Record<string, string>>;
}): Promise<unknown> => {
  const answer = event.queryStringParameters?.['answer'];
  if (answer === 'throw') return Promise.reject(new Error('planted'));
  if (answer !== undefined) return Promise.resolve(JSON.parse(answer));
  return Promise.resolve({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
};

/**
 * The same behind an HTTP API, as the gateway's function is: one named stage, `ANY` on a literal route, payload format
 * 2.0.
 */
export const echoTemplate: Template = {
  Resources: {
    ...functionResources(`exports.handler = ${echo.toString()}`),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'echo', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: echoStage, AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'ANY /messages',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Function' },
        Principal: 'apigateway.amazonaws.com',
      },
    },
  },
  Outputs: { Value: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
};
