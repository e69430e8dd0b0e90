import { Aspects, CfnResource, Stack, Stage, Tags, type App } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { readSecretArns } from '../../lambda/shared/credentials/secret-arns';
import { gatewaysOf, readAccountSecretArns, webhookUrlOutputs } from '../../lambda/shared/contract/stack-outputs';
import { tableSchema } from '../../lambda/shared/contract/table';
import { maxEnvironmentBytes } from '../../lib/stage/accounts';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import { templateOf, withCdkApp } from '../helpers/cdk-app';
import { everyHandler } from '../helpers/every-option';
import { physicalResolver } from './checks/physical-names';
import { at, list, logicalId, resources, same, synthesizeTemplate, type Template } from './checks/template';

type AttributeDefinitions = ReturnType<typeof tableSchema>['AttributeDefinitions'];
const byName = (one: AttributeDefinitions[number], other: AttributeDefinitions[number]) =>
  one.AttributeName < other.AttributeName ? -1 : 1;

const entry = 'test/fixtures/handlers/echo.ts';
const queueNames = (template: Template, stackName: string): readonly string[] => {
  const resolve = physicalResolver(template, stackName);
  return resources(template, 'AWS::SQS::Queue').flatMap(([, { Properties }]) =>
    Properties['QueueName'] === undefined ? [] : [String(resolve(Properties['QueueName']))],
  );
};
const ingressVariables = (template: Template): unknown => {
  const ingress = resources(template, 'AWS::Lambda::Function').find(([id]) => id.includes('Ingress'));
  return at(ingress?.[1].Properties, 'Environment', 'Variables');
};

describe('a stack of another app with a gateway and nothing else given', () => {
  let gateway: TwilioWebhookGateway | undefined;
  const template = templateOf((stack) => {
    gateway = new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod' });
  });

  test('has the resources of the stage, with ids that begin with that of the construct', () => {
    const plain = synthesizeTemplate('prod', {}).template;
    const countByType = ({ Resources }: Template) =>
      Object.values(Resources)
        .map(({ Type }) => Type)
        .sort();
    expect(countByType(template)).toEqual([...countByType(plain)].sort());
    expect(Object.keys(template.Resources).filter((id) => !id.startsWith('Twilio'))).toEqual([]);
  });

  test('has a table with the keys and indexes that the local gateway gives to an imported one', () => {
    const tables = resources(template, 'AWS::DynamoDB::Table').map(([, { Properties }]) => ({
      AttributeDefinitions: [...(Properties['AttributeDefinitions'] as AttributeDefinitions)].sort(byName),
      KeySchema: Properties['KeySchema'],
      GlobalSecondaryIndexes: Properties['GlobalSecondaryIndexes'],
    }));
    const schema = tableSchema();
    expect(tables).toEqual([{ ...schema, AttributeDefinitions: [...schema.AttributeDefinitions].sort(byName) }]);
  });

  test('has the outputs of the stage, by which a program finds the gateway', () => {
    const gateways = gatewaysOf(template.Outputs);
    expect([...gateways.keys()]).toEqual(['Twilio']);
    const plain = Object.keys(synthesizeTemplate('prod', {}).template.Outputs);
    expect(Object.keys(gateways.get('Twilio') ?? {}).sort()).toEqual(plain.sort());
  });

  test('says the next command with the stack, which may have any name', () => {
    expect(JSON.stringify(template.Outputs['TwilioNextCommand']?.Value)).toContain(
      ' npx twilio-webhook-gateway secret set --stack Orders --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    );
  });

  test('gives the URLs of the outputs to the code that uses the construct', () => {
    const urls = withCdkApp((stack) => {
      const { webhookUrls } = new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod' });
      return stack.resolve(webhookUrls) as Readonly<Record<string, unknown>>;
    });
    const outputs = Object.entries(webhookUrlOutputs).map(([route, name]) => [
      route,
      template.Outputs[`Twilio${name}`]?.Value,
    ]);
    expect(urls).toEqual(Object.fromEntries(outputs));
  });

  test('has its resources as members', () => {
    if (gateway === undefined) throw new Error('there is no gateway');
    const { table, queue, deadLetterQueue, alarmTopic, accountSecrets } = gateway;
    const refs = [table.tableName, queue.queueUrl, deadLetterQueue.queueUrl, alarmTopic.topicArn];
    const resolved = Stack.of(gateway).resolve(refs) as unknown[];
    expect(resolved.map((ref) => template.Resources[String(at(ref, 'Ref'))]?.Type)).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::SQS::Queue',
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
    ]);
    expect(accountSecrets.secrets).toHaveLength(1);
    expect(Object.keys(gateway.functions)).toEqual(['ingress', 'consumer']);
  });
});

test('the functions of handlers, breaker and publisher are members as well, and the topic of events', () => {
  withCdkApp((stack) => {
    const gateway = new TwilioWebhookGateway(stack, 'Twilio', {
      stageName: 'prod',
      accounts: ['main', 'support'],
      breaker: { triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }] },
    });
    gateway.onMessage('Replies', { entry, reply: true });
    gateway.replyWith({ entry: 'test/fixtures/handlers/answer.ts' });
    expect(Object.keys(gateway.functions)).toEqual([
      'ingress',
      'consumer',
      'breaker',
      'publisher',
      'handler-Replies',
      'handler-ReplyWith',
    ]);
    expect(gateway.topic.fifo).toBe(true);
  });
});

describe('the metrics of a gateway', () => {
  const metricsOf = (use: (gateway: TwilioWebhookGateway) => unknown): unknown =>
    withCdkApp((stack) => use(new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod' })));

  test('are those that the dashboard and the alarms show', () => {
    const { template } = synthesizeTemplate('full', { acceptGet: true, basicAuth: true }, everyHandler);
    const dashboards = resources(template, 'AWS::CloudWatch::Dashboard').map(([, { Properties }]) => Properties);
    const shown = [
      ...JSON.stringify(dashboards).matchAll(
        /"TwilioWebhookGateway\\\\?",\\\\?"(\w+)\\\\?",\\\\?"Stage\\\\?",\\\\?"full\\\\?",\\\\?"service\\\\?",\\\\?"([\w-]+)/g,
      ),
    ].map(([, name = '', service = '']) => [name, service] as const);
    expect(shown.length).toBeGreaterThan(15);
    metricsOf((gateway) => {
      for (const [name, service] of shown) {
        const [, handler] = /^handler-(.+)$/.exec(service) ?? [];
        const metric = handler === undefined ? gateway.metric(name) : gateway.metricOfHandler(handler, name);
        expect(metric.toMetricConfig().metricStat).toMatchObject({
          namespace: 'TwilioWebhookGateway',
          metricName: name,
          dimensions: [
            { name: 'Stage', value: 'prod' },
            { name: 'service', value: service },
          ],
        });
      }
    });
  });

  test('have methods for those that people watch', () => {
    const names = metricsOf((gateway) => [
      gateway.metricAccepted().metricName,
      gateway.metricSignatureRejected().metricName,
      gateway.metricRecordStored({ statistic: 'Average' }).metricName,
      gateway.metricDeadLetters().metricName,
      gateway.metricOldestMessage().metricName,
    ]);
    expect(names).toEqual([
      'Accepted',
      'SignatureRejected',
      'RecordStored',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateAgeOfOldestMessage',
    ]);
  });

  test.each([
    ['a metric that does not exist', (gateway: TwilioWebhookGateway) => gateway.metric('Acepted'), 'Accepted'],
    ['a metric of handlers', (gateway: TwilioWebhookGateway) => gateway.metric('HandlerFailed'), 'Accepted'],
    ['a metric of no handler', (gateway: TwilioWebhookGateway) => gateway.metricOfHandler('R', 'Accepted'), 'HandlerF'],
  ])('reject %s, and name those that exist', (_title, use, named) => {
    expect(() => metricsOf(use)).toThrow(new RegExp(`There is no metric .* here: choose from .*${named}`));
  });
});

describe('three gateways in one stack', () => {
  const template = templateOf((stack) => {
    const voice = new Construct(stack, 'Voice');
    for (const gateway of [
      new TwilioWebhookGateway(stack, 'Default', { stageName: 'one' }),
      new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'two' }),
      new TwilioWebhookGateway(voice, 'Twilio-Gateway', { stageName: 'three', customerManagedKey: true }),
    ]) {
      gateway.onMessage('Replies', { entry, reply: true });
    }
  });

  test('have outputs of their own, those of `Default` without a beginning', () => {
    expect([...gatewaysOf(template.Outputs).keys()].sort()).toEqual(['', 'Twilio', 'VoiceTwilioGateway']);
    expect(template.Outputs['VoiceTwilioGatewayStageName']?.Value).toBe('three');
    expect(template.Outputs).toHaveProperty('VoiceTwilioGatewayHandlerRepliesQueueUrl');
  });

  test.each([
    ['', 'Default'],
    ['VoiceTwilioGateway', 'VoiceTwilioGateway'],
  ])('have commands that name the gateway: with the beginning %j it is %s', (prefix, name) => {
    expect(JSON.stringify(template.Outputs[`${prefix}NextCommand`]?.Value)).toContain(
      `--stack Orders --gateway ${name} --account-sid`,
    );
  });

  test('have queues and topics of different names, and keep the names of the gateway `Default`', () => {
    const names = queueNames(template, 'Orders');
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('Orders-Events-01234567');
    const topics = resources(template, 'AWS::SNS::Topic').map(([, { Properties }]) => JSON.stringify(Properties));
    expect(new Set(topics).size).toBe(topics.length);
  });

  test('have HTTP APIs of different names', () => {
    const names = resources(template, 'AWS::ApiGatewayV2::Api').map(([, { Properties }]) => Properties['Name']);
    expect([...names].sort()).toEqual(['Orders', 'Orders-Twilio', 'Orders-VoiceTwilioGateway']);
  });

  test('watch metrics of their own stage only', () => {
    const stages = resources(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) =>
      list(Properties['Dimensions'])
        .filter((dimension) => at(dimension, 'Name') === 'Stage')
        .map((dimension) => [id.replace(/(?:Alarms|Events).*/, ''), at(dimension, 'Value')].join()),
    );
    expect([...new Set(stages)].sort()).toEqual([',one', 'Twilio,two', 'VoiceTwilioGateway,three']);
  });
});

describe('gateways whose names or metrics would mix fail at synthesis', () => {
  const build = (act: (stack: Stack, app: App) => void) => () => withCdkApp((stack, app) => act(stack, app));
  const env = { account: '111122223333', region: 'eu-west-1' };

  test('two of one stage in one stack', () => {
    const twice = build((stack) => {
      new TwilioWebhookGateway(stack, 'One', { stageName: 'prod' });
      new TwilioWebhookGateway(stack, 'Two', { stageName: 'prod' });
    });
    expect(twice).toThrow('Orders/Two: Orders/One has the stageName "prod" as well. Give another one');
  });

  test('two of one stage in one account and region, but not in others', () => {
    const twice = (region: string) =>
      build((_stack, app) => {
        new TwilioWebhookGateway(new Stack(app, 'A', { env }), 'Twilio', { stageName: 'prod' });
        const stage = new Stage(app, 'Other', { env: { ...env, region } });
        new TwilioWebhookGateway(new Stack(stage, 'A'), 'Twilio', { stageName: 'prod' });
      });
    expect(twice('eu-west-1')).toThrow('Other/A/Twilio: A/Twilio has the stageName "prod" as well.');
    expect(twice('eu-west-2')).not.toThrow();
  });

  test('two whose outputs would have the same names', () => {
    const twice = build((stack) => {
      new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'one' });
      new TwilioWebhookGateway(stack, 'Twilio-', { stageName: 'two' });
    });
    expect(twice).toThrow('Orders/Twilio-: its outputs would have the names of Orders/Twilio.');
  });
});

test('gateways whose outputs cannot be told apart fail at synthesis', () => {
  const synthesize = (id: string) => () =>
    templateOf((stack) => {
      new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'one' });
      new TwilioWebhookGateway(stack, id, { stageName: 'two' });
    });
  expect(synthesize('TwilioEvents')).toThrow(
    '[Orders/Twilio] Its output TwilioEventsWebhookUrl begins like those of Orders/TwilioEvents. Give another id.',
  );
  expect(synthesize('TwilioTest')).not.toThrow();
});

describe.each([
  ['Orders', 'Twilio'],
  ['Orders', 'AccountSecrets'],
  ['Orders', 'AccountSecretsOfTwilio'],
  ['TheStackOfTheMessagingServiceOfTheOrdersDepartment-Production', 'TheGatewayForTwilioWebhooks'],
  ['TheStackOfTheMessagingServiceOfTheOrdersDepartment-Production', 'Default'],
])('a gateway with 20 accounts in the stack %s with the id %s', (stackName, id) => {
  const accounts = Array.from({ length: 20 }, (_, at) => `account${String(at).padStart(9, 'x')}`);
  const template = templateOf(
    (stack) => {
      const gateway = new TwilioWebhookGateway(stack, id, { stageName: 'prod', accounts });
      gateway.onMessage('AHandlerWithALongNam', { entry });
    },
    { stackName },
  );
  const resolve = physicalResolver(template, stackName);
  const secrets = resources(template, 'AWS::SecretsManager::Secret').map(([secret]) =>
    String(resolve({ Ref: secret })),
  );

  test('gives ingress and the CLI the ARN of each secret, in lengths that AWS accepts', () => {
    const variables = resolve(ingressVariables(template)) as Readonly<Record<string, string>>;
    expect(readSecretArns(variables['ACCOUNT_SECRET_ARNS'] ?? '')).toEqual(secrets);
    expect(JSON.stringify(variables).length).toBeLessThan(maxEnvironmentBytes);
    const [[, outputs = {}] = []] = gatewaysOf(template.Outputs);
    const values = Object.entries(outputs).map(([name, { Value }]) => [name, String(resolve(Value))] as const);
    expect(readAccountSecretArns((name) => new Map(values).get(name))).toEqual(secrets);
    expect(values.filter(([, value]) => value.length > 1_024)).toEqual([]);
  });

  test('has queues whose names SQS accepts', () => {
    for (const name of queueNames(template, stackName)) expect(name).toMatch(/^[\w-]{1,75}(?:\.fifo)?$/);
  });
});

test('more accounts than AWS accepts fail at synthesis, sooner for a long path', () => {
  const accounts = Array.from({ length: 57 }, (_, at) => `account${String(at).padStart(9, 'x')}`);
  const build = (id: string) => () =>
    withCdkApp((stack) => new TwilioWebhookGateway(stack, id, { stageName: 'prod', accounts }));
  expect(build('Default')).not.toThrow();
  expect(build('TheGatewayForTheWebhooksOfTwilio')).toThrow(
    /^Orders\/TheGatewayForTheWebhooksOfTwilio: accounts has 57 names, which need \d+ bytes of ingress's/,
  );
});

describe("the CDK's own means", () => {
  const template = templateOf((stack) => {
    const boundary = ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', 'arn:aws:iam::111122223333:policy/boundary');
    const gateway = new TwilioWebhookGateway(stack, 'Twilio', { stageName: 'prod' });
    gateway.onMessage('Replies', { entry });
    PermissionsBoundary.of(gateway).apply(boundary);
    Tags.of(gateway).add('CostCenter', 'orders');
    Aspects.of(gateway).add({
      visit: (construct) => {
        if (construct instanceof CfnResource && construct.cfnResourceType === 'AWS::Logs::LogGroup') {
          construct.addPropertyOverride('RetentionInDays', 1);
        }
      },
    });
    new Queue(stack, 'Mine');
    new Dashboard(stack, 'Mine2');
  });
  const ofType = (type: string) => resources(template, type).map(([, { Properties }]) => Properties);

  test('set a permissions boundary on every role', () => {
    const roles = ofType('AWS::IAM::Role');
    expect(roles).toHaveLength(4);
    for (const role of roles) expect(role['PermissionsBoundary']).toBe('arn:aws:iam::111122223333:policy/boundary');
  });

  test('tag the resources of the gateway, whose own tags are on nothing else', () => {
    const tags = { Application: 'TwilioWebhookGateway', CostCenter: 'orders', Stage: 'prod' };
    const expected = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    for (const table of ofType('AWS::DynamoDB::Table')) expect(table['Tags']).toEqual(expected);
    expect(template.Resources[logicalId(template, 'AWS::SQS::Queue', 'Mine')]?.Properties ?? {}).toEqual({});
  });

  test('change resources by an aspect', () => {
    expect(ofType('AWS::Logs::LogGroup').every((group) => same(group['RetentionInDays'], 1))).toBe(true);
  });
});
