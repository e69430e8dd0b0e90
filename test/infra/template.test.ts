import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { readStageFacts, stackOutputs, webhookUrlOutputs } from '../../lambda/shared/contract/stack-outputs';
import { stageNames, stages } from '../../lib/stages';
import { everyOption } from '../helpers/every-option';
import { checkNames, checks, type CheckName } from './checks/checks';
import { at, logicalId, resources, synthesizeTemplate, type Synthesized, type Template } from './checks/template';

const synthesized: readonly Synthesized[] = stageNames.map((name) => synthesizeTemplate(name, stages[name]));
const ofStage = (name: string): Synthesized => {
  const found = synthesized.find(({ stageName }) => stageName === name);
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found;
};

/** Ids of the cases in the external list that a check covers. */
const caseIds: Partial<Record<CheckName, string>> = {
  'nothing looks like a secret, a SID or a phone number': 'TPL-SECRET: ',
  'no policy allows a wildcard, except X-Ray': 'TPL-IAM: ',
  'data survives its stack in production, and only there': 'TPL-RETAIN: ',
  'the alarms are exactly the documented ones': 'TPL-ALARMS: ',
  'every alarm notifies the topic and links the runbook': 'TPL-ALARMS: ',
};

describe.each(synthesized)('the template of stage $stageName', (stage) => {
  test.each(checkNames.map((name) => [`${caseIds[name] ?? ''}${name}`, checks[name]] as const))(
    '%s',
    (_title, check) => {
      expect(check(stage)).toEqual([]);
    },
  );
});

describe('resources that a deployment must never replace', () => {
  test.each(stageNames)('keeps its logical ids in stage %s', (name) => {
    const { template } = ofStage(name);
    const ids = (type: string) => resources(template, type).map(([id]) => id);
    expect({
      api: ids('AWS::ApiGatewayV2::Api'),
      queues: ids('AWS::SQS::Queue'),
      secrets: ids('AWS::SecretsManager::Secret'),
      tables: ids('AWS::DynamoDB::Table'),
      topics: ids('AWS::SNS::Topic'),
    }).toEqual({
      // A new API has a new URL, which every phone number would need.
      api: ['FrontDoorApi9446D656'],
      queues: ['EventQueueDeadLetterQueue14E48345', 'EventQueue7D2669DD'],
      secrets: ['AccountSecretsmain4EACBF76'],
      tables: ['EventTable23755758'],
      topics: ['AlarmTopicC2164170'],
    });
  });

  test('keeps the secret of an account when another one is added', () => {
    const { template } = synthesizeTemplate('dev', { accounts: ['support', 'main'] });
    const secrets = resources(template, 'AWS::SecretsManager::Secret').map(([id]) => id);
    expect(secrets).toHaveLength(2);
    expect(secrets).toContain('AccountSecretsmain4EACBF76');
  });
});

describe('the environment of the functions', () => {
  const { template } = ofStage('dev');
  const api = logicalId(template, 'AWS::ApiGatewayV2::Api', 'FrontDoor');
  const baseUrl = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [api, 'ApiEndpoint'] }, '/dev']] };
  const environment = (prefix: string): unknown =>
    at(template.Resources[logicalId(template, 'AWS::Lambda::Function', prefix)], 'Properties', 'Environment');

  test('gives ingress the URL that Twilio signs, with the API endpoint, and ARNs instead of tokens', () => {
    expect(environment('Ingress')).toEqual({
      Variables: {
        STAGE_NAME: 'dev',
        PUBLIC_BASE_URL: baseUrl,
        EVENT_QUEUE_URL: { Ref: 'EventQueue7D2669DD' },
        BREAKER_QUEUE_URL: '',
        ACCOUNT_SECRET_ARNS: { Ref: 'AccountSecretsmain4EACBF76' },
        SECRET_TTL_SECONDS: '300',
        PREVIOUS_TOKEN_SECONDS: '3600',
        SECRET_MAX_STALE_SECONDS: '86400',
        BASIC_AUTH_SECRET_ARN: '',
        BASIC_AUTH_REALM: '',
        ACCEPT_GET: '',
        EXPECTED_DOMAIN_NAME: '',
        REPLY_FILE: '',
      },
    });
  });

  test('joins the ARNs of several accounts by commas, and lets ingress read each', () => {
    const several = synthesizeTemplate('dev', { accounts: ['main', 'support'] }).template;
    const ids = resources(several, 'AWS::SecretsManager::Secret').map(([id]) => ({ Ref: id }));
    const ingress = several.Resources[logicalId(several, 'AWS::Lambda::Function', 'Ingress')];
    expect(at(ingress, 'Properties', 'Environment', 'Variables', 'ACCOUNT_SECRET_ARNS')).toEqual({
      'Fn::Join': [',', ids],
    });
    const policy = logicalId(several, 'AWS::IAM::Policy', 'IngressRoleReadAccountSecrets');
    const statement = at(several.Resources[policy], 'Properties', 'PolicyDocument', 'Statement', 0);
    expect(at(statement, 'Resource')).toEqual(ids);
  });

  test.each([
    [{}, '0', 'true'],
    [{ retentionDays: 400, conversationIndex: false }, '400', ''],
  ])('gives the consumer the retention and the indexes: %j is %s and %j', (options, days, hasConversationIndex) => {
    const stage = synthesizeTemplate('dev', options).template;
    const consumer = stage.Resources[logicalId(stage, 'AWS::Lambda::Function', 'Consumer')];
    expect(at(consumer, 'Properties', 'Environment', 'Variables')).toEqual({
      STAGE_NAME: 'dev',
      TABLE_NAME: { Ref: 'EventTable23755758' },
      EVENT_QUEUE_URL: { Ref: 'EventQueue7D2669DD' },
      RETENTION_DAYS: days,
      CONVERSATION_INDEX: hasConversationIndex,
    });
  });
});

describe('the outputs', () => {
  const { template } = ofStage('staging');
  const value = (name: string): unknown => template.Outputs[name]?.Value;
  const api = { 'Fn::GetAtt': [logicalId(template, 'AWS::ApiGatewayV2::Api', 'FrontDoor'), 'ApiEndpoint'] };

  test('have every name that programs read', () => {
    const names = [...Object.values(stackOutputs), ...Object.values(webhookUrlOutputs)];
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(names));
  });

  test.each(Object.entries(webhookUrlOutputs))(
    'give the URL of /%s ready to paste, with the connection overrides that make Twilio retry',
    (route, name) => {
      expect(value(name)).toEqual({
        'Fn::Join': ['', [api, `/staging/${route}#rc=3&rp=4xx,5xx,ct,rt`]],
      });
    },
  );

  test('contain the facts of the stage that the CLI reads', () => {
    const facts = (of: Template) =>
      readStageFacts((name) => {
        const given = of.Outputs[name]?.Value;
        return typeof given === 'object' ? JSON.stringify(given) : (given as string | undefined);
      });
    const region = '{"Ref":"AWS::Region"}';
    const plain = { acceptGet: false, customDomain: undefined, production: false, region };
    expect(facts(template)).toEqual(plain);
    expect(facts(synthesizeTemplate('prod', everyOption()).template)).toEqual({
      acceptGet: true,
      customDomain: 'hooks.example.com',
      production: true,
      region,
    });
    expect(readStageFacts(() => undefined)).toEqual({ ...plain, region: undefined });
  });

  test('contain the next command, and the addresses of alarms, dead letters and the dashboard', () => {
    const command = ' npx gateway secret set --stage staging --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx';
    expect(value('NextCommand')).toEqual({
      'Fn::Join': ['', ['AWS_REGION=', { Ref: 'AWS::Region' }, command]],
    });
    expect(value('AlarmTopicArn')).toEqual({ Ref: 'AlarmTopicC2164170' });
    expect(value('DeadLetterQueueName')).toEqual({
      'Fn::GetAtt': ['EventQueueDeadLetterQueue14E48345', 'QueueName'],
    });
    expect(JSON.stringify(value('DashboardUrl'))).toContain('#dashboards/dashboard/');
  });
});

describe('options of a stage', () => {
  test('subscribe the alarm addresses to the topic', () => {
    const { template } = synthesizeTemplate('dev', { alarmEmails: ['operator@example.com'] });
    expect(resources(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties)).toEqual([
      { Endpoint: 'operator@example.com', Protocol: 'email', TopicArn: { Ref: 'AlarmTopicC2164170' } },
    ]);
  });

  test('raise the silence alarm when nothing at all is counted', () => {
    const { template } = synthesizeTemplate('dev', { silenceAlarmHours: 12 });
    const silence = logicalId(template, 'AWS::CloudWatch::Alarm', 'AlarmsSilence');
    expect(template.Resources[silence]?.Properties).toMatchObject({
      MetricName: 'Accepted',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 12,
      DatapointsToAlarm: 12,
      TreatMissingData: 'breaching',
    });
  });

  test('set throttle, concurrency and log retention', () => {
    const { template } = synthesizeTemplate('dev', {
      throttle: { rateLimit: 5_000, burstLimit: 4_000 },
      consumerMaxConcurrency: 7,
      logRetention: RetentionDays.ONE_MONTH,
    });
    const stage = logicalId(template, 'AWS::ApiGatewayV2::Stage', 'FrontDoor');
    expect(template.Resources[stage]?.Properties['DefaultRouteSettings']).toEqual({
      ThrottlingBurstLimit: 4_000,
      ThrottlingRateLimit: 5_000,
    });
    const mapping = logicalId(template, 'AWS::Lambda::EventSourceMapping', 'Consumer');
    expect(template.Resources[mapping]?.Properties['ScalingConfig']).toEqual({ MaximumConcurrency: 7 });
    for (const [, group] of resources(template, 'AWS::Logs::LogGroup')) {
      expect(group.Properties['RetentionInDays']).toBe(30);
    }
  });
});
