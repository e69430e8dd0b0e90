/**
 * A difference between the emulator's HTTP API and AWS's; the local gateway behaves like AWS. One that has gone fails
 * the comparison.
 */
export interface HttpApiDifference {
  /** Where it shows: a path into the event or the answer, of which request. */
  readonly at: RegExp;
  readonly fault: string;
  /** Where it is said what AWS does. */
  readonly aws: string;
}

const lambdaIntegration =
  'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html';
/** AWS's own imitation of API Gateway, with tests that ask the service. */
const testTool =
  'https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/src/Amazon.Lambda.TestTool/Extensions';

export const httpApiDifferences: readonly HttpApiDifference[] = [
  {
    at: /^event\.(rawPath|requestContext\.http\.path) of /,
    fault: 'the path lacks the stage',
    aws: `A named stage is part of it: ${lambdaIntegration}`,
  },
  {
    at: /^event\.headers\.x-forwarded-(for|port|proto) of /,
    fault: 'the forwarding headers are missing',
    aws: `API Gateway adds them: ${lambdaIntegration}`,
  },
  {
    at: /^event\.requestContext\.domainPrefix of /,
    fault: 'there is no prefix of the domain',
    aws: `The context has it: ${lambdaIntegration}`,
  },
  {
    at: /^event\.pathParameters of /,
    fault: 'absent path parameters are null',
    aws: `They are left out (HttpContextExtensions.cs): ${testTool}`,
  },
  {
    at: /^event\.(cookies|headers\.cookie) of cookies$/,
    fault: 'cookies stay a header',
    aws: `They are a list of their own, and no header: ${lambdaIntegration}`,
  },
  {
    at: /^event\.headers\.x-repeated of repeated headers$/,
    fault: 'repeated headers are joined with a comma and a space',
    aws: `A comma alone, as "header2": "value1,value2" shows: ${lambdaIntegration}`,
  },
  {
    at: /^answer\.headers\.content-type of a function that returns (?!no status)/,
    fault: 'an answer without a type is application/json',
    aws: `text/plain; charset=utf-8 (ApiGatewayResponseExtensions.cs): ${testTool}`,
  },
  {
    at: /^answer\.body of a function that (returns no status|fails)$/,
    fault: "a function's JSON is written anew, and its error is shown to the caller",
    aws: 'The JSON is passed on; of an error the caller learns "Internal Server Error": https://repost.aws/knowledge-center/api-gateway-http-lambda-integrations',
  },
  {
    at: /^answer\.status of a function that fails$/,
    fault: 'a function that fails is a 502',
    aws: 'It is a 500: https://repost.aws/knowledge-center/api-gateway-http-lambda-integrations',
  },
  {
    at: /^answer\.(status|body) of an escaped question mark in the path$/,
    fault: 'the path is not cut at an escaped question mark',
    aws: 'It is decoded and cut there, as the captures show that https://github.com/middleapi/standard-server/pull/93 cites.',
  },
];
