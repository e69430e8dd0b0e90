import type { StageOptions } from '../../lib/stage/stage-options';
import { checkNames, checks } from './checks/checks';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const customDomain = {
  domainName: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
};
const hostedZone = { id: 'Z0123456789ABC', name: 'example.com' };
/** Every option that changes what the gateway requires of a request and answers. */
const options: StageOptions = {
  basicAuth: { realm: 'webhooks' },
  acceptGet: true,
  reply: { default: 'We read this in the morning.', keywords: { hours: 'Nine to five.' } },
  customDomain: { ...customDomain, hostedZone },
};

const environmentOf = (template: Template): unknown =>
  at(
    template.Resources[logicalId(template, 'AWS::Lambda::Function', 'Ingress')],
    'Properties',
    'Environment',
    'Variables',
  );
const ingressStatements = (template: Template): readonly unknown[] =>
  resources(template, 'AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('Ingress'))
    .flatMap(([, { Properties }]) => list(at(Properties, 'PolicyDocument', 'Statement')));

describe.each([
  { name: 'dev', production: false },
  { name: 'prod', production: true },
])('a $name stage with these options', ({ name, production }) => {
  const synthesized = synthesizeTemplate(name, { ...options, production });

  test.each(checkNames)('%s', (check) => {
    expect(checks[check](synthesized)).toEqual([]);
  });
});

test.each([
  { tracing: undefined, mode: undefined },
  { tracing: false, mode: undefined },
  { tracing: true, mode: 'Active' },
])('with tracing: $tracing every function has the tracing mode $mode, and its role the permission', (expected) => {
  const { tracing, mode } = expected;
  const { template } = synthesizeTemplate('dev', {
    accounts: ['main', 'support'],
    breaker: { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] },
    events: true,
    ...(tracing === undefined ? {} : { tracing }),
  });
  const functions = resources(template, 'AWS::Lambda::Function');
  expect(functions).toHaveLength(4);
  for (const [, { Properties }] of functions) expect(at(Properties['TracingConfig'], 'Mode')).toBe(mode);
  const policies = resources(template, 'AWS::IAM::Policy').map(([, policy]) => JSON.stringify(policy));
  const traced = policies.filter((policy) => policy.includes('xray:PutTraceSegments'));
  expect(traced).toHaveLength(tracing === true ? functions.length : 0);
});

test.each([
  { canary: true, checks: 'true' },
  { canary: { checkToken: false }, checks: 'false' },
])('with canary: $canary the token is checked: $checks', ({ canary, checks: expected }) => {
  const { template } = synthesizeTemplate('dev', { canary });
  const canaryFunction = template.Resources[logicalId(template, 'AWS::Lambda::Function', 'Canary')];
  expect(at(canaryFunction, 'Properties', 'Environment', 'Variables', 'CHECK_TOKEN')).toBe(expected);
});

describe('Basic authentication', () => {
  const { template } = synthesizeTemplate('dev', { basicAuth: true });
  const secret = logicalId(template, 'AWS::SecretsManager::Secret', 'BasicAuthCredentials');

  test('has a secret of its own, which only ingress may read', () => {
    expect(environmentOf(template)).toMatchObject({
      BASIC_AUTH_SECRET_ARN: { Ref: secret },
      BASIC_AUTH_REALM: 'Twilio webhook gateway',
    });
    const statement = {
      Action: 'secretsmanager:GetSecretValue',
      Effect: 'Allow',
      Resource: { Ref: secret },
      Sid: 'ReadBasicAuthCredentials',
    };
    expect(ingressStatements(template)).toContainEqual(statement);
    const naming = resources(template, 'AWS::IAM::Policy').filter(([, policy]) =>
      JSON.stringify(policy).includes(secret),
    );
    expect(naming).toHaveLength(1);
    expect(template.Outputs['BasicAuthSecretArn']?.Value).toEqual({ Ref: secret });
  });

  test('is off by default, and then adds nothing to the template', () => {
    const { template: off } = synthesizeTemplate('dev', {});
    expect(synthesizeTemplate('dev', { basicAuth: false }).template).toEqual(off);
    expect(environmentOf(off)).toMatchObject({ BASIC_AUTH_SECRET_ARN: '', BASIC_AUTH_REALM: '' });
    expect(JSON.stringify(off)).not.toContain('BasicAuth');
  });

  test('leaves the logical id of the account secrets as they are', () => {
    expect(template.Resources).toHaveProperty('AccountSecretsmain4EACBF76');
  });
});

test('a stage without the index by conversation has neither the index nor its key', () => {
  const synthesized = synthesizeTemplate('dev', { conversationIndex: false });
  expect(checks['the table has the keys, indexes and TTL that code and CLI use'](synthesized)).toEqual([]);
  const table = logicalId(synthesized.template, 'AWS::DynamoDB::Table', 'EventTable');
  const text = JSON.stringify(synthesized.template.Resources[table]);
  expect(text).toContain('byAccountDay');
  expect(text).not.toMatch(/conversation/i);
});

test('GET is accepted if the stage enables it', () => {
  expect(environmentOf(synthesizeTemplate('dev', { acceptGet: true }).template)).toMatchObject({
    ACCEPT_GET: 'true',
  });
});

test('replies are in a file, because Lambda allows 4 KB for all variables', () => {
  const { template } = synthesizeTemplate('dev', { reply: { default: 'x'.repeat(60_000) } });
  expect(environmentOf(template)).toMatchObject({ REPLY_FILE: 'replies.json' });
  expect(JSON.stringify(environmentOf(template)).length).toBeLessThan(4_000);
});

describe('a custom domain', () => {
  const { template } = synthesizeTemplate('dev', options);
  const properties = (type: string) => resources(template, type).map(([, resource]) => resource.Properties);
  const domain = logicalId(template, 'AWS::ApiGatewayV2::DomainName', 'FrontDoorCustomDomain');
  const attribute = (name: string) => ({ 'Fn::GetAtt': [domain, name] });

  test('has TLS 1.2 and the certificate, and is mapped to the stage without a path', () => {
    expect(properties('AWS::ApiGatewayV2::DomainName')).toMatchObject([
      {
        DomainName: 'hooks.example.com',
        DomainNameConfigurations: [
          {
            CertificateArn: customDomain.certificateArn,
            EndpointType: 'REGIONAL',
            SecurityPolicy: 'TLS_1_2',
          },
        ],
      },
    ]);
    expect(properties('AWS::ApiGatewayV2::ApiMapping')).toEqual([
      {
        ApiId: { Ref: logicalId(template, 'AWS::ApiGatewayV2::Api', 'FrontDoor') },
        DomainName: { Ref: domain },
        Stage: 'dev',
      },
    ]);
    const mapping = logicalId(template, 'AWS::ApiGatewayV2::ApiMapping', 'FrontDoor');
    expect(at(template.Resources[mapping], 'DependsOn')).toEqual([
      logicalId(template, 'AWS::ApiGatewayV2::Stage', 'FrontDoor'),
    ]);
  });

  test('ING-H-CUSTOMDOMAIN: disables the default endpoint, and ingress gets the domain name', () => {
    expect(properties('AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
    expect(environmentOf(template)).toMatchObject({
      PUBLIC_BASE_URL: 'https://hooks.example.com',
      EXPECTED_DOMAIN_NAME: 'hooks.example.com',
    });
    const { template: plain } = synthesizeTemplate('dev', {});
    expect(environmentOf(plain)).toMatchObject({ EXPECTED_DOMAIN_NAME: '' });
    expect(JSON.stringify(plain)).not.toContain('DisableExecuteApiEndpoint');
  });

  test('is in the URLs of the outputs', () => {
    expect(template.Outputs['BaseUrl']?.Value).toBe('https://hooks.example.com');
    expect(template.Outputs['StatusWebhookUrl']?.Value).toBe('https://hooks.example.com/status#rc=3&rp=4xx,5xx,ct,rt');
    expect(template.Outputs['CustomDomainTarget']?.Value).toEqual(attribute('RegionalDomainName'));
  });

  test('has an alias record if its hosted zone is configured, and none if not', () => {
    expect(properties('AWS::Route53::RecordSet')).toMatchObject([
      {
        Name: 'hooks.example.com.',
        Type: 'A',
        HostedZoneId: hostedZone.id,
        AliasTarget: {
          DNSName: attribute('RegionalDomainName'),
          HostedZoneId: attribute('RegionalHostedZoneId'),
        },
      },
    ]);
    const without = synthesizeTemplate('dev', { customDomain }).template;
    expect(resources(without, 'AWS::Route53::RecordSet')).toEqual([]);
  });
});
