import { Stack, type App } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { DomainName, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, StreamViewType, Table, TableV2, type ITable, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import type { TwilioWebhookGatewayProps } from '../../lib/twilio-webhook-gateway-props';
import { templateOf, withCdkApp } from '../helpers/cdk-app';
import { at, list, logicalId, resources, type Template } from './checks/template';

const entry = 'test/fixtures/handlers/echo.ts';
const breaker = { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] } as const;
const string = AttributeType.STRING;
const sortKey = { name: 'accountDayTime', type: string };
const byAccountDay = { indexName: 'byAccountDay', partitionKey: { name: 'accountDay', type: string }, sortKey };
const byConversation = { indexName: 'byConversation', partitionKey: { name: 'conversation', type: string }, sortKey };
const indexes = [byAccountDay, byConversation];
const keys = { partitionKey: { name: 'pk', type: string }, sortKey: { name: 'sk', type: string } };

/** The CDK is not compiled with exact optional properties. */
const asITable = (table: Table | TableV2 | ITable): ITable => table as ITable;

type Props = Omit<TwilioWebhookGatewayProps, 'stageName'>;
const gatewayWith = (stack: Stack, props: Props): TwilioWebhookGateway =>
  new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod', ...props });

const ofType = (template: Template, type: string) => resources(template, type).map(([, { Properties }]) => Properties);
const variablesOf = (template: Template, prefix: string): unknown =>
  at(template.Resources[logicalId(template, 'AWS::Lambda::Function', prefix)]?.Properties, 'Environment', 'Variables');
/** The statements of the policies with this id, by their names. */
const statementsOf = (template: Template, sid: string): readonly (readonly [string, unknown])[] =>
  resources(template, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
    list(at(Properties['PolicyDocument'], 'Statement'))
      .filter((statement) => at(statement, 'Sid') === sid)
      .map((statement) => [id.replace(/Role.*/, ''), statement] as const),
  );

describe('a table of the same app', () => {
  const withTable = (props: Partial<TableProps>, use: (gateway: TwilioWebhookGateway, table: Table) => void) =>
    templateOf((stack) => {
      const table = new Table(stack, 'Items', { ...keys, ...props });
      use(gatewayWith(stack, { table: asITable(table), accounts: ['main', 'support'], breaker }), table);
    });
  const stream = StreamViewType.NEW_AND_OLD_IMAGES;

  test('gets the items and gives the events; the gateway creates only the table of handled events', () => {
    const template = withTable({ stream }, (gateway, table) => {
      for (const index of indexes) table.addGlobalSecondaryIndex(index);
      gateway.onMessage('Replies', { entry });
      expect(gateway.table).toBe(table);
    });
    const tables = resources(template, 'AWS::DynamoDB::Table').map(([id]) => id.slice(0, -8));
    expect(tables.sort()).toEqual(['Items', 'TwilioEventsHandledEvents']);
    const items = logicalId(template, 'AWS::DynamoDB::Table', 'Items');
    expect(variablesOf(template, 'TwilioConsumer')).toMatchObject({ TABLE_NAME: { Ref: items } });
    expect(template.Outputs['TwilioTableName']?.Value).toEqual({ Ref: items });
    const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map((mapping) => mapping['EventSourceArn']);
    expect(mappings).toContainEqual({ 'Fn::GetAtt': [items, 'StreamArn'] });
    expect(statementsOf(template, 'UseTableKey')).toEqual([]);
  });

  test('with a key of its own may be used by the functions that read and write it', () => {
    const template = templateOf((stack) => {
      const table = new Table(stack, 'Items', { ...keys, stream, encryptionKey: new Key(stack, 'TableKey') });
      for (const index of indexes) table.addGlobalSecondaryIndex(index);
      const options = { accounts: ['main', 'support'], breaker, events: {} };
      const gateway = gatewayWith(stack, { table: asITable(table), ...options });
      expect(Object.keys(gateway.functions)).toContain('publisher');
    });
    const key = { 'Fn::GetAtt': [logicalId(template, 'AWS::KMS::Key', 'TableKey'), 'Arn'] };
    const statements = statementsOf(template, 'UseTableKey');
    expect(statements.map(([name]) => name).sort()).toEqual([
      'TwilioBreaker',
      'TwilioConsumer',
      'TwilioEventsEventTopicPublisher',
    ]);
    for (const [, statement] of statements) {
      expect(statement).toMatchObject({ Action: 'kms:Decrypt', Effect: 'Allow', Resource: key });
    }
  });

  test('may be a TableV2 with more keys than the gateway needs', () => {
    const template = templateOf((stack) => {
      const mine = { indexName: 'mine', partitionKey: { name: 'mine', type: AttributeType.NUMBER } };
      const options = {
        ...keys,
        dynamoStream: stream,
        globalSecondaryIndexes: [...indexes, mine],
        timeToLiveAttribute: 'expiresAt',
      };
      const table = new TableV2(stack, 'Items', options);
      gatewayWith(stack, { table: asITable(table), retentionDays: 400, events: {} });
    });
    expect(ofType(template, 'AWS::DynamoDB::Table')).toEqual([]);
  });

  test('needs an index by conversation unless the gateway has none', () => {
    const synthesize = (props: Props) =>
      templateOf((stack) => {
        const table = new Table(stack, 'Items', keys);
        table.addGlobalSecondaryIndex(byAccountDay);
        gatewayWith(stack, { ...props, table: asITable(table) });
      });
    expect(() => synthesize({})).toThrow(
      'The table Orders/Items lacks the global secondary index byConversation with the keys conversation and ' +
        'accountDayTime, which conversationIndex: false makes unnecessary.',
    );
    const template = synthesize({ conversationIndex: false });
    expect(JSON.stringify(template)).toContain('"CONVERSATION_INDEX":""');
  });

  test.each([
    [
      'another key',
      { partitionKey: { name: 'id', type: string } },
      {},
      'lacks the partition key pk and the sort key sk',
    ],
    ['no index', {}, {}, 'lacks the global secondary index byAccountDay with the keys accountDay and accountDayTime'],
    ['a number as key', { sortKey: { name: 'sk', type: AttributeType.NUMBER } }, {}, 'lacks the type string for sk'],
    ['no time to live', {}, { retentionDays: 400 }, 'lacks the time-to-live attribute expiresAt, which retentionDays'],
    ['keys in its stream', { stream: StreamViewType.KEYS_ONLY }, {}, 'lacks new and old images in its stream'],
  ] as const)('with %s fails at synthesis', (_title, tableProps, props, problem) => {
    const synthesize = () =>
      templateOf((stack) =>
        gatewayWith(stack, { ...props, table: asITable(new Table(stack, 'Items', { ...keys, ...tableProps })) }),
      );
    expect(synthesize).toThrow(`The table Orders/Items ${problem}`);
  });

  test.each([
    ['a table without a stream', (stack: Stack) => new Table(stack, 'Items', keys)],
    ['an imported table without its stream', (stack: Stack) => Table.fromTableName(stack, 'Items', 'items')],
  ])('%s fails at a handler', (_title, create) => {
    withCdkApp((stack) => {
      const gateway = gatewayWith(stack, { table: asITable(create(stack)) });
      expect(() => gateway.onMessage('Replies', { entry })).toThrow(
        'Orders/Twilio: events and handlers need a stream of the table. Create it with stream: ' +
          'StreamViewType.NEW_AND_OLD_IMAGES, or import it with tableStreamArn.',
      );
    });
  });

  test('of another app is used as it is', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/items';
    const template = templateOf((stack) => {
      const tableStreamArn = `${arn}/stream/2026-01-01T00:00:00.000`;
      const table = Table.fromTableAttributes(stack, 'Items', { tableArn: arn, tableStreamArn });
      gatewayWith(stack, { table }).onMessage('Replies', { entry });
    });
    expect(variablesOf(template, 'TwilioConsumer')).toMatchObject({ TABLE_NAME: 'items' });
    expect(statementsOf(template, 'StoreWebhooks').map(([, statement]) => at(statement, 'Resource'))).toEqual([arn]);
  });
});

describe('a key of yours', () => {
  const usesOf = (template: Template, key: unknown): readonly string[] =>
    Object.entries(template.Resources)
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes(JSON.stringify(key)))
      .map(([, { Type }]) => Type);
  const encrypted = ['AWS::SQS::Queue', 'AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];

  test('encrypts what customerManagedKey encrypts, and its policy lets CloudWatch Logs and SNS use it', () => {
    const template = templateOf((stack) => {
      gatewayWith(stack, { encryptionKey: new Key(stack, 'Mine') }).onMessage('Replies', { entry });
    });
    const id = logicalId(template, 'AWS::KMS::Key', 'Mine');
    expect(new Set(usesOf(template, { 'Fn::GetAtt': [id, 'Arn'] }))).toEqual(
      new Set([...encrypted, 'AWS::IAM::Policy', 'AWS::SNS::Topic']),
    );
    const statements = list(at(template.Resources[id]?.Properties, 'KeyPolicy', 'Statement'));
    expect(statements.map((statement) => at(statement, 'Sid'))).toEqual([
      undefined,
      'LogsOfTheAccount',
      'TopicsDeliverToQueues',
    ]);
    // The other key is the alarm topic's.
    expect(resources(template, 'AWS::KMS::Key')).toHaveLength(2);
  });

  test('has each statement once where two gateways use it', () => {
    const template = templateOf((stack) => {
      const encryptionKey = new Key(stack, 'Mine');
      for (const stageName of ['one', 'two']) {
        const gateway = new TwilioWebhookGateway(stack, stageName, { stageName, encryptionKey });
        gateway.onMessage('Replies', { entry });
      }
    });
    const policy = template.Resources[logicalId(template, 'AWS::KMS::Key', 'Mine')]?.Properties['KeyPolicy'];
    const sids = list(at(policy, 'Statement')).map((statement) => at(statement, 'Sid'));
    expect(sids).toEqual([undefined, 'LogsOfTheAccount', 'TopicsDeliverToQueues']);
  });

  test('may be imported', () => {
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
    const template = templateOf((stack) => {
      gatewayWith(stack, { encryptionKey: Key.fromKeyArn(stack, 'Mine', arn) });
    });
    expect(usesOf(template, arn)).toEqual(expect.arrayContaining(encrypted));
  });
});

describe('a topic of yours for alarms', () => {
  const withTopic = (create: (stack: Stack) => Topic) =>
    templateOf((stack) => {
      const alarmTopic = create(stack);
      const gateway = gatewayWith(stack, { alarmTopic, accounts: ['main', 'support'], breaker });
      expect(gateway.alarmTopic).toBe(alarmTopic);
    });

  test('is the only topic, gets every alarm, and the breaker may publish to it', () => {
    const template = withTopic((stack) => new Topic(stack, 'Mine', { masterKey: new Key(stack, 'TopicKey') }));
    const topic = { Ref: logicalId(template, 'AWS::SNS::Topic', 'Mine') };
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(30);
    for (const alarm of alarms) expect([alarm['AlarmActions'], alarm['OKActions']]).toEqual([[topic], [topic]]);
    expect(resources(template, 'AWS::KMS::Key')).toHaveLength(1);
    expect(template.Outputs['TwilioAlarmTopicArn']?.Value).toEqual(topic);
    expect(statementsOf(template, 'PublishNotifications')).toHaveLength(1);
    expect(statementsOf(template, 'EncryptNotifications')).toHaveLength(1);
  });

  test('needs no key', () => {
    const template = withTopic((stack) => new Topic(stack, 'Mine'));
    expect(statementsOf(template, 'EncryptNotifications')).toEqual([]);
  });
});

describe('a VPC of yours', () => {
  const vpcOf = (stack: Stack) =>
    Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-1'],
      privateSubnetRouteTableIds: ['rtb-1'],
    });

  test('has every function, and each may use network interfaces', () => {
    const template = templateOf((stack) => {
      gatewayWith(stack, { vpc: vpcOf(stack) }).onMessage('Replies', { entry });
    });
    const functions = ofType(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(4);
    for (const { VpcConfig } of functions) {
      expect(VpcConfig).toMatchObject({ SubnetIds: ['subnet-1'], SecurityGroupIds: [expect.anything()] });
    }
    expect(statementsOf(template, 'UseNetworkInterfaces')).toHaveLength(4);
  });

  test('has them in your subnets and security groups, and the gateway creates none', () => {
    const template = templateOf((stack) => {
      const vpc = vpcOf(stack);
      const securityGroups = [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')];
      gatewayWith(stack, { vpc, vpcSubnets: { subnets: vpc.privateSubnets }, securityGroups });
    });
    expect(ofType(template, 'AWS::EC2::SecurityGroup')).toEqual([]);
    for (const { VpcConfig } of ofType(template, 'AWS::Lambda::Function')) {
      expect(VpcConfig).toEqual({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
    }
  });

  test('is not there by default, and then no function may use network interfaces', () => {
    const template = templateOf((stack) => gatewayWith(stack, {}));
    expect(JSON.stringify(template)).not.toMatch(/VpcConfig|ec2:/);
  });
});

describe('an HTTP API of yours', () => {
  const withApi = (url: string | undefined) =>
    templateOf((stack) => {
      const api = new HttpApi(stack, 'Mine');
      if (api.defaultStage === undefined) throw new Error('the API has no default stage');
      const { webhookUrls } = gatewayWith(stack, { httpApi: { stage: api.defaultStage, ...(url && { url }) } });
      if (url !== undefined) expect(webhookUrls.messages).toBe(`${url}/messages#rc=3&rp=4xx,5xx,ct,rt`);
    });
  const template = withApi(undefined);
  const api = logicalId(template, 'AWS::ApiGatewayV2::Api', 'Mine');

  test('gets the routes, from which alone ingress may be invoked', () => {
    expect(resources(template, 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
    const routes = ofType(template, 'AWS::ApiGatewayV2::Route');
    expect(routes.map((route) => route['RouteKey'])).toEqual([
      'ANY /messages',
      'ANY /status',
      'ANY /usage',
      'ANY /events',
    ]);
    for (const route of routes) expect(route['ApiId']).toEqual({ Ref: api });
    const permissions = ofType(template, 'AWS::Lambda::Permission').map(({ SourceArn }) => JSON.stringify(SourceArn));
    expect(permissions).toHaveLength(4);
    for (const source of permissions) expect(source).toMatch(/"Ref":"Mine\w+"},"\/\$default\/\*\/\w+"/);
  });

  test('has the URL that AWS generates, or yours, and ingress verifies signatures of that URL', () => {
    expect(variablesOf(template, 'TwilioIngress')).toMatchObject({
      PUBLIC_BASE_URL: { 'Fn::GetAtt': [api, 'ApiEndpoint'] },
      EXPECTED_DOMAIN_NAME: '',
    });
    for (const url of ['https://api.example.com/twilio', 'https://api.example.com', 'https://api.example.com/a/b-c']) {
      expect(variablesOf(withApi(url), 'TwilioIngress')).toMatchObject({ PUBLIC_BASE_URL: url });
    }
  });

  test('has its stage in that URL, unless it is the default stage', () => {
    const named = templateOf((stack) => {
      const httpApi = new HttpApi(stack, 'Mine', { createDefaultStage: false });
      const stage = new HttpStage(stack, 'Live', { httpApi, stageName: 'live', autoDeploy: true });
      gatewayWith(stack, { httpApi: { stage } });
    });
    const endpoint = { 'Fn::GetAtt': [logicalId(named, 'AWS::ApiGatewayV2::Api', 'Mine'), 'ApiEndpoint'] };
    expect(variablesOf(named, 'TwilioIngress')).toMatchObject({
      PUBLIC_BASE_URL: { 'Fn::Join': ['', [endpoint, '/live']] },
    });
  });

  test('keeps its own access log and throttle, and the gateway has no alarm about the API', () => {
    const text = JSON.stringify(template);
    expect(resources(template, 'AWS::ApiGatewayV2::Stage')).toHaveLength(1);
    expect(text).not.toMatch(/FrontDoorThrottled|FrontDoorMisdirected|AccessLogSettings|ThrottlingRateLimit/);
    const watched = ofType(template, 'AWS::CloudWatch::Alarm').map((alarm) => JSON.stringify(alarm));
    expect(watched.filter((alarm) => alarm.includes('AWS/ApiGateway'))).toEqual([]);
    expect(watched.filter((alarm) => alarm.includes('EnqueueFailed'))).toHaveLength(1);
  });
});

describe('a domain name of yours', () => {
  const withDomain = (domainMappingKey?: string) =>
    templateOf((stack) => {
      const domainName = new DomainName(stack, 'Mine', {
        domainName: 'hooks.example.com',
        certificate: Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:x'),
      });
      gatewayWith(stack, { domainName, ...(domainMappingKey && { domainMappingKey }) });
    });

  test.each([
    [undefined, ''],
    ['twilio', '/twilio'],
  ])('is mapped to the API with the key %s, and is the only one that is accepted', (key, path) => {
    const template = withDomain(key);
    const domain = { Ref: logicalId(template, 'AWS::ApiGatewayV2::DomainName', 'Mine') };
    const [mapping, ...more] = ofType(template, 'AWS::ApiGatewayV2::ApiMapping');
    expect(more).toEqual([]);
    expect(mapping).toMatchObject({ DomainName: domain, Stage: 'prod', ...(key && { ApiMappingKey: key }) });
    expect(ofType(template, 'AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
    expect(variablesOf(template, 'TwilioIngress')).toMatchObject({
      PUBLIC_BASE_URL: { 'Fn::Join': ['', ['https://', domain, ...(path === '' ? [] : [path])]] },
      EXPECTED_DOMAIN_NAME: domain,
    });
    expect(template.Outputs['TwilioCustomDomainName']?.Value).toEqual(domain);
    expect(template.Outputs).not.toHaveProperty('TwilioCustomDomainTarget');
  });
});

describe('props that cannot be together fail at synthesis, all at once', () => {
  const domain = (stack: Stack, name = 'hooks.example.com') =>
    DomainName.fromDomainNameAttributes(stack, 'Domain', {
      name,
      regionalDomainName: 'd.example.com',
      regionalHostedZoneId: 'Z1',
    });
  const stageOf = (stack: Stack) => {
    const { defaultStage } = new HttpApi(stack, 'Api');
    if (defaultStage === undefined) throw new Error('the API has no default stage');
    return defaultStage;
  };
  type Case = readonly [string, (stack: Stack, app: App) => Props];
  const cases: readonly Case[] = [
    [
      'encryptionKey and customerManagedKey exclude each other',
      (stack) => ({ encryptionKey: new Key(stack, 'K'), customerManagedKey: true }),
    ],
    [
      'alarmTopic and alarmEmails exclude each other',
      (stack) => ({ alarmTopic: new Topic(stack, 'T'), alarmEmails: ['operator@example.com'] }),
    ],
    [
      'httpApi and throttle exclude each other',
      (stack) => ({ httpApi: { stage: stageOf(stack) }, throttle: { rateLimit: 100, burstLimit: 100 } }),
    ],
    [
      'httpApi and domainName exclude each other',
      (stack) => ({ httpApi: { stage: stageOf(stack) }, domainName: domain(stack) }),
    ],
    [
      'httpApi.url must begin with https:// and have no slash at its end',
      (stack) => ({ httpApi: { stage: stageOf(stack), url: 'https://api.example.com/' } }),
    ],
    ...[
      'https://API.example.com',
      'https://api.example.com:443',
      'https://user@api.example.com',
      'https://:password@api.example.com',
      'https://api.example.com/ü',
      'https://api.example.com?a=b',
      'https://api.example.com#a',
      'http://api.example.com',
      'https://',
    ].map((url): Case => [
      'httpApi.url must begin with https://',
      (stack) => ({ httpApi: { stage: stageOf(stack), url } }),
    ]),
    [
      'httpApi.stage does not deploy the routes that it gets: create it with autoDeploy',
      (stack) => ({ httpApi: { stage: new HttpStage(stack, 'Live', { httpApi: new HttpApi(stack, 'Api') }) } }),
    ],
    [
      'domainName is "Hooks.example.com": give its name in lower case',
      (stack) => ({ domainName: domain(stack, 'Hooks.example.com') }),
    ],
    [
      'domainMappingKey is "/twilio": give a path',
      (stack) => ({ domainName: domain(stack), domainMappingKey: '/twilio' }),
    ],
    ['domainMappingKey needs domainName', () => ({ domainMappingKey: 'twilio' })],
    ['securityGroups needs vpc', () => ({ securityGroups: [] })],
    [
      'encryptionKey is an alias, which a policy cannot name',
      (stack) => ({ encryptionKey: Alias.fromAliasName(stack, 'A', 'alias/mine') }),
    ],
    [
      'encryptionKey is an alias, which a policy cannot name',
      (stack) => ({ encryptionKey: new Key(stack, 'K').addAlias('mine') }),
    ],
    [
      'the key of table is an alias',
      (stack) => ({
        table: asITable(new Table(stack, 'T', { ...keys, encryptionKey: new Key(stack, 'K').addAlias('mine') })),
      }),
    ],
    ['retentionDays is 3: give a whole number from 30', () => ({ retentionDays: 3 })],
  ];

  test.each(cases)('%s', (problem, props) => {
    expect(() => withCdkApp((stack, app) => gatewayWith(stack, props(stack, app)))).toThrow(
      new RegExp(`^Orders/Twilio: .*${problem}`),
    );
  });

  test('but not those that are switched off', () => {
    const synthesize = () =>
      withCdkApp((stack) => gatewayWith(stack, { encryptionKey: new Key(stack, 'K'), customerManagedKey: false }));
    expect(synthesize).not.toThrow();
  });

  test('also a certificate in another region than the stack', () => {
    const customDomain = {
      domainName: 'hooks.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
    };
    const inRegion = (region: string) => () =>
      withCdkApp((stack) => gatewayWith(stack, { customDomain }), { stackProps: { env: { region } } });
    expect(inRegion('us-east-1')).not.toThrow();
    expect(inRegion('eu-west-1')).toThrow(/certificateArn is in us-east-1: give a certificate in .*eu-west-1/);
  });

  test('with the construct and every problem', () => {
    const props = { domainMappingKey: 'twilio', securityGroups: [], accounts: [] };
    expect(() =>
      withCdkApp((stack) => new TwilioWebhookGateway(stack, 'Hooks', { ...props, stageName: 'Prod' })),
    ).toThrow(
      /^Orders\/Hooks: stageName is "Prod": it must match .*accounts is empty.*domainMappingKey needs.*securityGroups needs/,
    );
  });
});

describe('what only one gateway of an app can have', () => {
  const twice =
    (props: (stack: Stack) => Props, use: (gateway: TwilioWebhookGateway) => void = () => undefined) =>
    () =>
      withCdkApp((stack, app) => {
        const shared = props(stack);
        for (const [at, scope] of [stack, new Stack(app, 'Other')].entries()) {
          use(new TwilioWebhookGateway(scope, 'Twilio', { stageName: `stage${at}`, ...shared }));
        }
      });
  const onMessage = (gateway: TwilioWebhookGateway) => gateway.onMessage('Replies', { entry });

  test('are the events of a table, whether it is of the app or imported: a message would be answered twice', () => {
    const problem = 'Other/Twilio: Orders/Twilio has this table as well, and both would publish the events of both';
    const ofTheApp = (stack: Stack) => ({
      table: asITable(new Table(stack, 'Items', { ...keys, stream: StreamViewType.NEW_AND_OLD_IMAGES })),
    });
    expect(twice(ofTheApp, onMessage)).toThrow(problem);
    expect(twice(ofTheApp)).not.toThrow();
    const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/items';
    let imports = 0;
    const importedTwice = () =>
      withCdkApp((stack) => {
        for (const stageName of ['one', 'two']) {
          const attributes = { tableArn: arn, tableStreamArn: `${arn}/stream/2026-01-01T00:00:00.000` };
          const table = Table.fromTableAttributes(stack, `Items${(imports += 1)}`, attributes);
          onMessage(new TwilioWebhookGateway(stack, `Twilio${stageName}`, { stageName, table }));
        }
      });
    expect(importedTwice).toThrow('Orders/Twiliotwo: Orders/Twilioone has this table as well');
  });

  test('is an HTTP API, which has each route once', () => {
    const withApi = (stack: Stack): Props => {
      const { defaultStage } = new HttpApi(stack, 'Mine');
      if (defaultStage === undefined) throw new Error('the API has no default stage');
      return { httpApi: { stage: defaultStage } };
    };
    expect(twice(withApi)).toThrow('Other/Twilio: Orders/Twilio has this HTTP API as well');
  });
});

test('the local gateway has an HTTP API of its own in place of an imported one', () => {
  const context = { [developmentContext]: true };
  const template = templateOf(
    (stack) => {
      const api = HttpApi.fromHttpApiAttributes(stack, 'Mine', { httpApiId: 'abc' });
      const stage = HttpStage.fromHttpStageAttributes(stack, 'Stage', { api, stageName: 'live' });
      gatewayWith(stack, { httpApi: { stage, url: 'https://api.example.com' } });
    },
    { context },
  );
  expect(ofType(template, 'AWS::ApiGatewayV2::Stage')).toMatchObject([{ StageName: 'prod' }]);
});
