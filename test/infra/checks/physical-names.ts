import { createResolver, type Resolve } from '../../../local/template/intrinsics';
import { at, type Template } from './template';

const region = 'ap-southeast-2';
const accountId = '123456789012';
const stackUuid = '01234567-89ab-4cde-8f01-23456789abcd';

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;

/**
 * Resolves a template with generated names as long as AWS makes them: the stack's name, the logical id and 12
 * characters, shortened to 64 characters for roles and functions. Secret ARNs have 6 more characters, of Secrets
 * Manager.
 */
export const physicalResolver = (template: Template, stackName: string): Resolve => {
  const generated = (id: string) => `${stackName}-${id}-ABCDEFGHIJKL`;
  const short = (id: string) => `${stackName.slice(0, 24)}-${id.slice(0, 24)}-ABCDEFGHIJKL`;
  const resolve: Resolve = createResolver(
    template,
    { region, accountId, stackName, stackId: arn('cloudformation', `stack/${stackName}/${stackUuid}`) },
    (id) => {
      const properties = template.Resources[id]?.Properties;
      const of = (ref: string, attributes: Readonly<Record<string, string>> = {}) => ({ ref, attributes });
      switch (template.Resources[id]?.Type) {
        case 'AWS::SecretsManager::Secret':
          return of(arn('secretsmanager', `secret:${id}-ABCDEFGHIJKL-AbCdEf`));
        case 'AWS::SQS::Queue': {
          const given = resolve(properties?.['QueueName']);
          const name = typeof given === 'string' ? given : generated(id);
          return of(`https://sqs.${region}.amazonaws.com/${accountId}/${name}`, {
            Arn: arn('sqs', name),
            QueueName: name,
          });
        }
        case 'AWS::DynamoDB::Table':
          return of(generated(id), {
            Arn: arn('dynamodb', `table/${generated(id)}`),
            StreamArn: arn('dynamodb', `table/${generated(id)}/stream/2026-01-01T00:00:00.000`),
          });
        case 'AWS::Logs::LogGroup':
          return of(generated(id), { Arn: arn('logs', `log-group:${generated(id)}:*`) });
        case 'AWS::KMS::Key':
          return of(stackUuid, { Arn: arn('kms', `key/${stackUuid}`) });
        case 'AWS::SNS::Topic':
          return of(arn('sns', generated(id)), { TopicArn: arn('sns', generated(id)) });
        case 'AWS::Lambda::Function':
          return of(short(id), { Arn: arn('lambda', `function:${short(id)}`) });
        case 'AWS::IAM::Role':
          return of(short(id), { Arn: `arn:aws:iam::${accountId}:role/${short(id)}` });
        case 'AWS::ApiGatewayV2::Api': {
          const scheme = at(properties, 'ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
          const ApiEndpoint = `${scheme}://abcdefghij.execute-api.${region}.amazonaws.com`;
          return of('abcdefghij', { ApiEndpoint });
        }
        case 'AWS::ApiGatewayV2::DomainName':
          return of('hooks', { RegionalDomainName: `d-abcdefghij.execute-api.${region}.amazonaws.com` });
        case undefined:
        default:
          return of(short(id));
      }
    },
  );
  return resolve;
};
