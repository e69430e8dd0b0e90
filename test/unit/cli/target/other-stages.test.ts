import { findOtherStages } from '../../../../cli/target/other-stages';
import type { DeployedStack } from '../../../../cli/target/target';

test('each other stage is looked up in its own region; an unreadable one has a name only', async () => {
  const regions = new Map([
    ['dev', 'eu-west-1'],
    ['staging', 'eu-central-1'],
    ['prod', 'us-east-1'],
  ]);
  const asked: string[] = [];
  const stack = (name: string, region: string | undefined): Promise<DeployedStack | undefined> => {
    asked.push(`${name} ${region ?? ''}`);
    if (region === 'us-east-1') return Promise.reject(new Error('AccessDenied'));
    const outputs = { BaseUrl: 'https://hooks.example.com/staging' };
    return Promise.resolve({ outputs, account: undefined, region, hasTerminationProtection: false });
  };
  const found = await findOtherStages(
    'dev',
    () => Promise.resolve({ names: [...regions.keys(), 'gone'], find: () => undefined }),
    {
      stack: (name, region) => (name.endsWith('gone') ? Promise.resolve(undefined) : stack(name, region)),
      region: (region) => Promise.resolve(region),
      settings: (name) =>
        Promise.resolve({
          region: regions.get(name) ?? '',
          production: false,
          consumerMaxConcurrency: 5,
          throttle: { rateLimit: 100, burstLimit: 100 },
        }),
    },
  );
  expect(found).toEqual([
    { name: 'staging', baseUrl: 'https://hooks.example.com/staging' },
    { name: 'prod' },
    { name: 'gone' },
  ]);
  expect(asked.sort()).toEqual(['TwilioWebhookGateway-prod us-east-1', 'TwilioWebhookGateway-staging eu-central-1']);
});
