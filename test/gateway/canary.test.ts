import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';

/** Runs the function as its schedule does. */
const runCanary = (gateway: StageGateway) => gateway.gateway.functionNamed('Canary').invoke({});

const reasonOf = async (gateway: StageGateway): Promise<Readonly<Record<string, unknown>>> =>
  gateway.logged(({ service, reason }) => service === 'canary' && reason !== undefined);

const metricsOf = (gateway: StageGateway, service: string): Readonly<Record<string, unknown>> =>
  Object.assign({}, ...gateway.logs().filter((line) => line['service'] === service && '_aws' in line)) as Record<
    string,
    unknown
  >;

describe('a gateway with a canary', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway({ canary: true });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.clearLogs());

  test('sees its canary stored, and removes it', async () => {
    await runCanary(gateway);
    expect(await reasonOf(gateway)).toMatchObject({ level: 'INFO', reason: 'canary_succeeded' });
    expect(metricsOf(gateway, 'canary')).toMatchObject({
      CanarySucceeded: 1,
      CanaryLatency: expect.any(Number) as number,
    });
    await gateway.settled();
    expect(await gateway.items()).toEqual([]);
    // Not counted with the webhooks of Twilio.
    expect(metricsOf(gateway, 'ingress')).toMatchObject({ CanaryAccepted: 1 });
    expect(gateway.logText()).not.toMatch(/"(?:Accepted|RecordStored)":/);
    expect(gateway.logText()).not.toContain(testAccount.authToken);
    expect(gateway.logText()).not.toContain(testAccount.accountSid);
  });
});
