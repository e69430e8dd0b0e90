import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventTypes } from '../../lambda/shared/events/gateway-event';
import type { RegisterHandlers } from '../../lib/handlers';
import type { StageOptions } from '../../lib/stage/stage-options';
import type { TemplateResource } from '../../local/template/template';
import { deployChanged, startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { startTwilioDouble } from '../helpers/twilio-double';

const entry = 'test/fixtures/handlers/echo.ts';
const password = 'a: pässword';

type Line = Readonly<Record<string, unknown>>;

/** Runs the function as its schedule does, and reads what it says about the run. */
const runCanary = async (gateway: StageGateway): Promise<Line> => {
  await gateway.gateway.functionNamed('Canary').invoke({});
  return gateway.logged(({ service, reason }) => service === 'canary' && reason !== undefined);
};

const countedBy = (gateway: StageGateway, service: string): Line =>
  Object.assign({}, ...gateway.logs().filter((line) => line['service'] === service && '_aws' in line)) as Line;

const isFunction = (id: string, { Type }: TemplateResource, name: string): boolean =>
  Type === 'AWS::Lambda::Function' && id.startsWith(name);

const withVariables = (resource: TemplateResource, variables: Readonly<Record<string, string>>): TemplateResource => {
  const { Environment } = resource.Properties as { readonly Environment: { readonly Variables: object } };
  const Variables = { ...Environment.Variables, ...variables };
  return { ...resource, Properties: { ...resource.Properties, Environment: { Variables } } };
};

/** The canary waits three seconds for what it does not see, and not forty. */
const impatient = (id: string, resource: TemplateResource): TemplateResource =>
  isFunction(id, resource, 'Canary') ? { ...resource, Properties: { ...resource.Properties, Timeout: 13 } } : resource;

const start = (stage: StageOptions = {}, register?: RegisterHandlers) =>
  startStageGateway({ canary: true, ...stage }, {}, register);

describe('a gateway with a canary', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.clearLogs());

  test('sees its canary stored, and removes it', async () => {
    expect(await runCanary(gateway)).toMatchObject({ level: 'INFO', reason: 'canary_succeeded' });
    expect(countedBy(gateway, 'canary')).toMatchObject({
      CanarySucceeded: 1,
      CanaryLatency: expect.any(Number) as number,
    });
    await gateway.settled();
    expect(await gateway.items()).toEqual([]);
    // Not counted with the webhooks of Twilio.
    expect(countedBy(gateway, 'ingress')).toMatchObject({ CanaryAccepted: 1 });
    expect(gateway.logText()).not.toMatch(/"(?:Accepted|RecordStored)":/);
    expect(gateway.logText()).not.toContain(testAccount.authToken);
    expect(gateway.logText()).not.toContain(testAccount.accountSid);
  });

  test.each([
    ['no host', 'http://canary.invalid/dev', { reason: 'canary_dns_failed' }],
    [
      'a port where nobody listens',
      'http://127.0.0.1:1/dev',
      { reason: 'canary_no_answer', errorName: 'ECONNREFUSED' },
    ],
  ])('says which step failed if its URL leads to %s', async (_, url, expected) => {
    await deployChanged(gateway, (id, resource) =>
      isFunction(id, resource, 'Canary') ? withVariables(resource, { PUBLIC_BASE_URL: url }) : resource,
    );
    expect(await runCanary(gateway)).toMatchObject({ level: 'ERROR', ...expected });
    expect(countedBy(gateway, 'canary')).toMatchObject({ CanaryFailed: 1 });
  });

  test('says that another path is no webhook route', async () => {
    const url = `${gateway.baseUrl}/elsewhere`;
    await deployChanged(gateway, (id, resource) =>
      isFunction(id, resource, 'Canary') ? withVariables(resource, { PUBLIC_BASE_URL: url }) : resource,
    );
    const line = await runCanary(gateway);
    expect(line).toMatchObject({ reason: 'canary_rejected', status: 404 });
    expect(line['detail']).toContain('no webhook route');
  });

  test('says that the signature is not accepted if ingress verifies another URL', async () => {
    await deployChanged(gateway, (id, resource) =>
      isFunction(id, resource, 'Ingress')
        ? withVariables(resource, { PUBLIC_BASE_URL: 'https://other.example.com' })
        : resource,
    );
    const line = await runCanary(gateway);
    expect(line).toMatchObject({ reason: 'canary_rejected', status: 403, account: testAccount.accountSid.slice(-6) });
    expect(line['detail']).toContain('signature');
  });

  test('says that the token is not one of Twilio, which ingress cannot know', async () => {
    const twilio = await startTwilioDouble();
    const deployWith = (variables: Readonly<Record<string, string>>) =>
      deployChanged(gateway, (id, resource) =>
        isFunction(id, resource, 'Canary') ? withVariables(resource, variables) : resource,
      );
    try {
      await deployWith({ TWILIO_API_BASE_URL: twilio.url });
      // Somebody has changed the token in Twilio's console.
      twilio.addAccount({ sid: testAccount.accountSid, authToken: 'f'.repeat(32) });
      expect(await runCanary(gateway)).toMatchObject({ level: 'ERROR', reason: 'canary_token_refused', status: 401 });
      expect(countedBy(gateway, 'canary')).toMatchObject({ CanaryFailed: 1 });
      expect(gateway.logText()).not.toContain(testAccount.authToken);
      gateway.clearLogs();
      twilio.inject({ kind: 'status', status: 503 });
      expect(await runCanary(gateway)).toMatchObject({ level: 'WARN', reason: 'canary_token_unknown', status: 503 });
      await gateway.logged(({ reason }) => reason === 'canary_succeeded');
      expect(countedBy(gateway, 'canary')).toMatchObject({ CanarySucceeded: 1, CanaryTokenUnknown: 1 });
      gateway.clearLogs();
      // As `checkToken: false` sets it.
      await deployWith({ TWILIO_API_BASE_URL: twilio.url, CHECK_TOKEN: 'false' });
      expect(await runCanary(gateway)).toMatchObject({ level: 'INFO', reason: 'canary_succeeded' });
      expect(twilio.requests).toHaveLength(2);
    } finally {
      await twilio.close();
      await deployChanged(gateway, (_, resource) => resource);
    }
  });

  test('says that the canary was not stored if the consumer does not run, and the late item expires', async () => {
    await deployChanged(gateway, (id, resource) =>
      id.startsWith('ConsumerEventSource') ? undefined : impatient(id, resource),
    );
    expect(await runCanary(gateway)).toMatchObject({ level: 'ERROR', reason: 'canary_not_stored' });
    expect(countedBy(gateway, 'canary')).toMatchObject({ CanaryFailed: 1 });
    await deployChanged(gateway, (_, resource) => resource);
    await gateway.settled();
    const [item, ...others] = await gateway.items();
    expect(others).toEqual([]);
    expect(Object.keys(item ?? {}).sort()).toEqual([
      'accountSid',
      'expiresAt',
      'kind',
      'pk',
      'receivedAt',
      'requestId',
      'schema',
      'sk',
    ]);
    const seconds = Number(item?.['expiresAt']?.N) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(86_000);
    expect(seconds).toBeLessThan(86_401);
  });

  test('says that the secret is not set', async () => {
    await gateway.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: gateway.gateway.state.secretIds[0],
        SecretString: JSON.stringify({ accountSid: 'CHANGE_ME', authToken: 'placeholder' }),
      }),
    );
    const line = await runCanary(gateway);
    expect(line).toMatchObject({ level: 'ERROR', reason: 'canary_secret_not_usable' });
    expect(line['detail']).toContain('not set');
  });
});

describe('a gateway with a canary, handlers and Basic authentication', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await start({ basicAuth: true }, (stack) => {
      stack.onMessage('Messages', { entry });
      stack.onEvent('Others', { entry, types: [...eventTypes] });
    });
    await gateway.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: gateway.gateway.state.basicAuthSecretId,
        SecretString: JSON.stringify({ credentials: [{ username: 'twilio', password }] }),
      }),
    );
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.clearLogs());

  const canaryQueue = (): string => {
    const name = Object.keys(gateway.assembly.template.Resources).find((id) => id.startsWith('CanaryQueue'));
    return gateway.gateway.state.queues.events.replace(/[^/]+$/, `${String(name)}.fifo`);
  };

  test('sees the event come out of the topic, and leaves nothing in its queue', async () => {
    expect(await runCanary(gateway)).toMatchObject({ level: 'INFO', reason: 'canary_succeeded' });
    await gateway.settled();
    expect(await gateway.items()).toEqual([]);
    const { Messages = [] } = await gateway.sqs.send(new ReceiveMessageCommand({ QueueUrl: canaryQueue() }));
    expect(Messages).toEqual([]);
    // No handler got it, and it is not counted with the events.
    expect(gateway.logText()).not.toMatch(/"handler":|"service":"handler-|EventPublished/);
    expect(gateway.logText()).not.toContain(password);
  });

  test('says that the canary was not published if the publisher does not run', async () => {
    await deployChanged(gateway, (id, resource) =>
      id.startsWith('EventsEventTopicEventSource') ? undefined : impatient(id, resource),
    );
    expect(await runCanary(gateway)).toMatchObject({ level: 'ERROR', reason: 'canary_not_published' });
    expect(countedBy(gateway, 'canary')).toMatchObject({ CanaryFailed: 1 });
    expect(await gateway.items()).toEqual([]);
  });
});
