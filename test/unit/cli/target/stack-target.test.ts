import { checkChoice } from '../../../../cli/target/choice';
import { stackTarget } from '../../../../cli/target/stack-target';
import { stageTarget } from '../../../../cli/target/stage-target';
import { configKeyOf, noSettings, stackNameOf, stageOptionOf, type DeployedStack } from '../../../../cli/target/target';

const outputsOf = (stage: string, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      BaseUrl: `https://gateway.example/${stage}`,
      TableName: `Table-${stage}`,
      EventQueueUrl: `https://sqs.example/${stage}`,
      DeadLetterQueueUrl: `https://sqs.example/${stage}-dead-letters`,
      AccountSecretArns: 'arn:one',
      MessagesWebhookUrl: `https://gateway.example/${stage}/messages#rc=3`,
      StatusWebhookUrl: `https://gateway.example/${stage}/status`,
      UsageWebhookUrl: `https://gateway.example/${stage}/usage`,
      EventsWebhookUrl: `https://gateway.example/${stage}/events`,
      StageName: stage,
      Production: 'true',
    }).map(([name, value]) => [`${prefix}${name}`, value]),
  );

const sourcesOf = (outputs: Readonly<Record<string, string>> | undefined) => ({
  region: () => Promise.resolve('eu-west-1'),
  stack: (): Promise<DeployedStack | undefined> =>
    Promise.resolve(
      outputs === undefined
        ? undefined
        : { outputs, account: '111111111111', region: 'eu-west-1', hasTerminationProtection: false },
    ),
  callerAccount: () => Promise.resolve('222222222222'),
  settings: () => Promise.resolve(undefined),
});

const find = (outputs: Readonly<Record<string, string>> | undefined, gateway?: string, stack = 'Hotline') =>
  stackTarget({ stack, ...(gateway === undefined ? {} : { gateway }) }, sourcesOf(outputs));

const two = {
  ...outputsOf('prod', 'Twilio'),
  ...outputsOf('test', 'TwilioTest'),
  BucketName: 'a bucket of somebody else',
};

describe('a gateway of a stack of any name', () => {
  it('is found by its outputs, whatever they begin with, and suggestions name the stack', async () => {
    for (const prefix of ['', 'Twilio']) {
      const { target, others } = await find({ ...outputsOf('prod', prefix), Other: 'x' });
      expect(target).toMatchObject({
        name: 'stack Hotline',
        stage: 'prod',
        tableName: 'Table-prod',
        production: true,
        webhooks: { messages: { signedUrl: 'https://gateway.example/prod/messages' } },
        connection: { kind: 'sdk', region: 'eu-west-1' },
      });
      expect(target.prefix ?? '').toBe(prefix);
      expect(target).not.toHaveProperty('settings');
      expect([stageOptionOf(target), stackNameOf(target), configKeyOf(target)]).toEqual([
        ' --stack Hotline',
        'Hotline',
        'prod',
      ]);
      expect(others).toEqual([]);
      expect(noSettings(target)).toBe('only a stage of lib/stages.ts has known settings');
    }
  });

  it('is named by --gateway where there are several, and suggestions name it as well', async () => {
    const { target, others } = await find(two, 'TwilioTest');
    expect(target).toMatchObject({ name: 'gateway TwilioTest of stack Hotline', tableName: 'Table-test' });
    expect(stageOptionOf(target)).toBe(' --stack Hotline --gateway TwilioTest');
    expect(others).toEqual([{ name: 'prod', baseUrl: 'https://gateway.example/prod' }]);
  });

  it('is called Default where its outputs begin with nothing', async () => {
    const outputs = { ...outputsOf('prod', ''), ...outputsOf('test', 'Second') };
    expect((await find(outputs, 'Default')).target.tableName).toBe('Table-prod');
  });

  it('is not guessed: the error lists the exact options', async () => {
    const options = /--stack Hotline --gateway Twilio, or --stack Hotline --gateway TwilioTest/;
    await expect(find(two)).rejects.toThrow(options);
    await expect(find(two, 'Nope')).rejects.toThrow(options);
  });

  it('is missing in a stack of something else: the error says what the stack has', async () => {
    await expect(find({ BucketName: 'x', TableName: 'y' })).rejects.toThrow(/no gateway.*BucketName, TableName/);
    await expect(find({})).rejects.toThrow(/no outputs/);
  });

  it('is in no stack of this account: the error names the account and the region', async () => {
    await expect(find(undefined)).rejects.toThrow(/no stack Hotline in the AWS account 222222222222.*eu-west-1/);
    await expect(find({}, undefined, '../x')).rejects.toThrow(/name of a CloudFormation stack/);
  });

  it('of an older version has no StageName, so twilio.config.ts cannot be read for it', async () => {
    const { target } = await find({ ...outputsOf('prod', ''), StageName: '' });
    expect(() => configKeyOf(target)).toThrow(/do not tell its stage/);
  });
});

test('--stage finds the construct in the stack of that name, too', async () => {
  const target = await stageTarget('prod', sourcesOf(outputsOf('prod', 'Twilio')));
  expect(target).toMatchObject({ name: 'stage prod', tableName: 'Table-prod', prefix: 'Twilio' });
  expect(stageOptionOf(target)).toBe(' --stage prod');
});

test('options that exclude or need each other are wrong usage', () => {
  expect(() => checkChoice({ stage: 'dev', stack: 'Hotline' })).toThrow(/one of --stage and --stack/);
  expect(() => checkChoice({ gateway: 'Twilio' })).toThrow(/--stack/);
  expect(() => checkChoice({ stack: 'Hotline', gateway: 'Twilio' })).not.toThrow();
});
