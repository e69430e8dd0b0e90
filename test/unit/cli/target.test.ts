import { localTarget } from '../../../cli/local-target';
import { stageTarget } from '../../../cli/stage-target';

const state = {
  pid: 4711,
  baseUrl: 'http://127.0.0.1:3000/dev',
  publicUrl: null as string | null,
  webhooks: {},
  endpoints: {
    sqs: 'http://127.0.0.1:1',
    dynamodb: 'http://127.0.0.1:2',
    secretsmanager: 'http://127.0.0.1:3',
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

  it('posts to the base URL and signs over the public one where there is one', async () => {
    const target = await local(JSON.stringify({ ...state, publicUrl: 'https://x.example/dev/' }));
    expect(target.webhooks.messages).toEqual({
      postUrl: 'http://127.0.0.1:3000/dev/messages',
      signedUrl: 'https://x.example/dev/messages',
    });
  });

  it('rejects a directory without a gateway, one that no longer runs, and a damaged file, and says what to do', async () => {
    const whatToDo = /npm start.*--stage/s;
    await expect(local(undefined)).rejects.toThrow(whatToDo);
    await expect(local(JSON.stringify(state), false)).rejects.toThrow(/no longer runs.*npm start/s);
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

describe('a deployed stage', () => {
  it('is found by the outputs of its stack, without the connection overrides of the webhook URLs', async () => {
    const asked: string[] = [];
    const target = await stageTarget('dev', {
      stackOutputs: (stack) => {
        asked.push(stack);
        return Promise.resolve(outputs);
      },
    });
    expect(asked).toEqual(['TwilioWebhookGateway-dev']);
    expect(target.webhooks.messages).toEqual({
      postUrl: 'https://gateway.example/dev/messages',
      signedUrl: 'https://gateway.example/dev/messages',
    });
    expect(target).toMatchObject({
      secretIds: ['arn:one', 'arn:two', 'arn:three'],
      connection: { kind: 'sdk' },
    });
  });

  it('rejects a stage without a stack, one with outputs missing, and a name that cannot be one', async () => {
    const stage = (name: string, found?: Record<string, string>) =>
      stageTarget(name, { stackOutputs: () => Promise.resolve(found) });
    await expect(stage('nope')).rejects.toThrow(/no stack TwilioWebhookGateway-nope.*AWS_REGION/);
    await expect(stage('dev', { ...outputs, TableName: '' })).rejects.toThrow(
      /no output TableName.*cdk deploy/,
    );
    await expect(stage('../x', outputs)).rejects.toThrow(/stage name/);
  });
});
