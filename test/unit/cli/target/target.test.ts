import { localTarget } from '../../../../cli/target/local-target';
import { stageSettings, type StageSettings } from '../../../../cli/target/stage-settings';
import { stageTarget } from '../../../../cli/target/stage-target';
import type { DeployedStack } from '../../../../cli/target/target';

const state = {
  pid: 4711,
  baseUrl: 'http://127.0.0.1:3000/dev',
  publicUrl: null as string | null,
  webhooks: {},
  endpoints: {
    sqs: 'http://127.0.0.1:1',
    dynamodb: 'http://127.0.0.1:2',
    secretsmanager: 'http://127.0.0.1:3',
    sns: 'http://127.0.0.1:4',
  },
  queues: { events: 'http://127.0.0.1:1/events', deadLetters: 'http://127.0.0.1:1/dead-letters' },
  tableName: 'Table',
  secretIds: ['one', 'two'],
  region: 'eu-west-1',
};

const local = (text: string | undefined, isAlive = true) =>
  localTarget({ localState: () => Promise.resolve(text), isAlive: () => isAlive });

describe('the local target', () => {
  it('posts to and signs over the base URL, and reaches the stores by explicit endpoints', async () => {
    const target = await local(JSON.stringify(state));
    expect(target.webhooks.status).toEqual({
      postUrl: 'http://127.0.0.1:3000/dev/status',
      signedUrl: 'http://127.0.0.1:3000/dev/status',
    });
    expect(target).toMatchObject({
      deadLetterQueueUrl: state.queues.deadLetters,
      eventQueueUrl: state.queues.events,
      tableName: 'Table',
      secretIds: ['one', 'two'],
      connection: { kind: 'local', region: 'eu-west-1', endpoints: state.endpoints },
    });
  });

  it('posts to the base URL and signs over the public URL if there is one', async () => {
    const target = await local(JSON.stringify({ ...state, publicUrl: 'https://x.example/dev/' }));
    expect(target.webhooks.messages).toEqual({
      postUrl: 'http://127.0.0.1:3000/dev/messages',
      signedUrl: 'https://x.example/dev/messages',
    });
  });

  it('says whether the gateway accepts GET', async () => {
    expect((await local(JSON.stringify(state))).acceptGet).toBe(false);
    expect((await local(JSON.stringify({ ...state, acceptGet: true }))).acceptGet).toBe(true);
  });

  it('rejects a directory without a gateway, one that is no longer running, and a damaged file, and says what to do', async () => {
    const whatToDo = /npm start.*--stage/s;
    await expect(local(undefined)).rejects.toThrow(whatToDo);
    await expect(local(JSON.stringify(state), false)).rejects.toThrow(/no longer running.*npm start/s);
    await expect(local('{')).rejects.toThrow(whatToDo);
    await expect(local('null')).rejects.toThrow(whatToDo);
    await expect(local(JSON.stringify({ ...state, pid: '4711' }))).rejects.toThrow(/pid/);
    await expect(local(JSON.stringify({ ...state, queues: {} }))).rejects.toThrow(/queues\.events/);
  });
});

const outputs = {
  BaseUrl: 'https://gateway.example/dev',
  TableName: 'Table',
  EventQueueUrl: 'https://sqs.example/events',
  DeadLetterQueueUrl: 'https://sqs.example/dead-letters',
  AccountSecretArns: 'arn:one,arn:two',
  AccountSecretArns2: 'arn:three',
  MessagesWebhookUrl: 'https://gateway.example/dev/messages#rc=3&rp=all',
  StatusWebhookUrl: 'https://gateway.example/dev/status#rc=3&rp=all',
  UsageWebhookUrl: 'https://gateway.example/dev/usage',
  EventsWebhookUrl: 'https://gateway.example/dev/events',
};

const region = 'eu-west-1';
const deployed = (account = '111111111111'): DeployedStack => ({
  outputs,
  account,
  region,
  hasTerminationProtection: true,
});

interface StageParts {
  readonly settings?: StageSettings;
  readonly stack?: DeployedStack;
  readonly caller?: string;
  readonly shellRegion?: string;
}

/** Looks a stage up, and returns the stacks and regions that were requested. */
const stageWith = async (name: string, { settings, stack, caller, shellRegion }: StageParts) => {
  const asked: (readonly [string, string | undefined])[] = [];
  const target = await stageTarget(name, {
    settings: () => Promise.resolve(settings),
    region: (stageRegion) => Promise.resolve(stageRegion ?? shellRegion),
    stack: (...where) => {
      asked.push(where);
      return Promise.resolve(stack);
    },
    callerAccount: () => Promise.resolve(caller),
  });
  return { target, asked };
};
const settings = (env: Pick<StageSettings, 'account' | 'region'>): StageSettings => ({
  ...env,
  production: true,
  consumerMaxConcurrency: 5,
  throttle: { rateLimit: 100, burstLimit: 100 },
});

describe('a deployed stage', () => {
  it('is found by the outputs of its stack, without the connection overrides of the webhook URLs', async () => {
    const { target, asked } = await stageWith('dev', { stack: deployed() });
    expect(asked).toEqual([['TwilioWebhookGateway-dev', undefined]]);
    expect(target.webhooks.messages).toEqual({
      postUrl: 'https://gateway.example/dev/messages',
      signedUrl: 'https://gateway.example/dev/messages',
    });
    expect(target).toMatchObject({
      secretIds: ['arn:one', 'arn:two', 'arn:three'],
      connection: { kind: 'sdk' },
    });
    expect(target.connection).not.toHaveProperty('region');
    expect(target).not.toHaveProperty('settings');
  });

  it('has its lane in another region, of whose stack nothing is asked yet', async () => {
    const names = { FallbackRegionName: 'us-west-2', FallbackRegionStack: 'TwilioWebhookGateway-dev-Fallback' };
    const stack = {
      ...deployed(),
      outputs: { ...outputs, ...names, FallbackUrl: 'https://gateway.example/dev/fallback' },
    };
    const { target, asked } = await stageWith('dev', { stack });
    expect(target.fallbackRegion).toEqual({ region: 'us-west-2', stackName: 'TwilioWebhookGateway-dev-Fallback' });
    expect(target.fallback).toMatchObject({ signedUrl: 'https://gateway.example/dev/fallback' });
    expect(asked).toEqual([['TwilioWebhookGateway-dev', undefined]]);
  });

  it('is looked for in the region of its env, and every client goes there', async () => {
    const { target, asked } = await stageWith('prod', {
      settings: settings({ account: '111111111111', region }),
      stack: deployed(),
      shellRegion: 'us-east-1',
    });
    expect(asked).toEqual([['TwilioWebhookGateway-prod', region]]);
    expect(target.connection).toEqual({ kind: 'sdk', region });
    expect(target.settings).toMatchObject({ production: true, consumerMaxConcurrency: 5 });
    const elsewhere = await stageWith('dev', { stack: deployed(), shellRegion: 'us-east-1' });
    expect(elsewhere.target.connection).toEqual({ kind: 'sdk', region: 'us-east-1' });
  });

  it('rejects credentials of another account than the stage’s, and names both', async () => {
    const both = /prod belongs to the AWS account 111111111111.*to the account 222222222222.*AWS_PROFILE/;
    const ofProd = settings({ account: '111111111111' });
    await expect(stageWith('prod', { settings: ofProd, stack: deployed('222222222222') })).rejects.toThrow(both);
    // No stack is there: the credentials say whose account it is.
    await expect(stageWith('prod', { settings: ofProd, caller: '222222222222' })).rejects.toThrow(both);
    const nameless: DeployedStack = { ...deployed(), account: undefined };
    await expect(stageWith('prod', { settings: ofProd, stack: nameless })).rejects.toThrow(/an unknown account/);
  });

  it('says whether it accepts GET, and which host alone it serves', async () => {
    const plain = (await stageWith('dev', { stack: deployed() })).target;
    expect(plain.acceptGet).toBe(false);
    expect(plain).not.toHaveProperty('customDomain');
    const options = { ...outputs, AcceptGet: 'true', CustomDomainName: 'hooks.example' };
    const { target } = await stageWith('dev', { stack: { ...deployed(), outputs: options } });
    expect(target).toMatchObject({ acceptGet: true, customDomain: 'hooks.example' });
  });

  it('has the bucket for media only if the stage has one', async () => {
    expect((await stageWith('dev', { stack: deployed() })).target).not.toHaveProperty('mediaBucket');
    const stack = { ...deployed(), outputs: { ...outputs, MediaBucketName: 'media' } };
    expect((await stageWith('dev', { stack })).target).toMatchObject({ mediaBucket: 'media' });
  });

  it('rejects a stage without a stack, one with outputs missing, and a name that cannot be one', async () => {
    await expect(stageWith('nope', {})).rejects.toThrow(
      /no stack TwilioWebhookGateway-nope in this AWS account and region\..*AWS_REGION/,
    );
    await expect(stageWith('nope', { caller: '222222222222', shellRegion: region })).rejects.toThrow(
      /no stack TwilioWebhookGateway-nope in the AWS account 222222222222 and the region eu-west-1/,
    );
    await expect(
      stageWith('dev', { stack: { ...deployed(), outputs: { ...outputs, TableName: '' } } }),
    ).rejects.toThrow(/no output TableName.*cdk deploy/);
    await expect(stageWith('../x', { stack: deployed() })).rejects.toThrow(/stage name/);
  });
});

describe('the settings of a stage', () => {
  const load = (env: { readonly account?: string; readonly region?: string } | undefined) => () =>
    Promise.resolve({
      names: ['dev'],
      find: (name: string) =>
        name === 'dev'
          ? {
              env,
              production: false,
              consumerMaxConcurrency: 5,
              throttle: { rateLimit: 100, burstLimit: 100 },
            }
          : undefined,
    });

  it('hold the account and region of its env, unless CDK fills them in at deployment', async () => {
    expect(await stageSettings('dev', load({ account: '111111111111', region }))).toEqual({
      account: '111111111111',
      region,
      production: false,
      consumerMaxConcurrency: 5,
      throttle: { rateLimit: 100, burstLimit: 100 },
    });
    const tokens = { account: '${Token[AWS.AccountId.3]}', region: '${Token[AWS.Region.4]}' };
    for (const env of [undefined, {}, tokens]) {
      expect(await stageSettings('dev', load(env))).toEqual({
        production: false,
        consumerMaxConcurrency: 5,
        throttle: { rateLimit: 100, burstLimit: 100 },
      });
    }
    expect(await stageSettings('other', load(undefined))).toBeUndefined();
  });

  it('rejects a file that cannot be used, with its reason', async () => {
    const broken = () => Promise.reject(new Error('stage dev: accounts is empty'));
    await expect(stageSettings('dev', broken)).rejects.toThrow(/lib\/stages\.ts cannot be used: stage dev/);
  });
});
