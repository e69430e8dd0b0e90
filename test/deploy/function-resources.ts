import type { Template } from './workarounds';

/**
 * A function and its role, as resources `Function` and `Role`.
 * @param code of a module that exports `handler`
 */
export const functionResources = (
  code: string,
  environment?: Readonly<Record<string, string>>,
): Pick<Template['Resources'], 'Function' | 'Role'> => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: code },
      ...(environment && { Environment: { Variables: environment } }),
    },
  },
});
