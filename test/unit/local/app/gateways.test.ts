import { chooseGateway, findGateways, type GatewayChoice } from '../../../../local/app/gateways';
import { appStack, gatewayOutputs, gatewayResources, gatewayStack } from './app-stack';

const command = 'npx twilio-webhook-gateway dev';
const two = appStack(
  'Two',
  { ...gatewayResources('Two', 'Sales'), ...gatewayResources('Two', 'Support') },
  { Outputs: { ...gatewayOutputs('Sales'), ...gatewayOutputs('Support') } },
);
const app = findGateways([gatewayStack('Messaging', { id: 'Twilio' }), appStack('Data', {}), two]);

test('the gateways of all stacks are found with the paths of their constructs and their own outputs', () => {
  expect(app.map(({ stack, prefix, path }) => [stack.name, prefix, path])).toEqual([
    ['Messaging', 'Twilio', 'Messaging/Twilio'],
    ['Two', 'Sales', 'Two/Sales'],
    ['Two', 'Support', 'Two/Support'],
  ]);
  expect(app[1]?.outputs['TableName']).toEqual({ Value: { Ref: 'SalesTable' } });
  expect(findGateways([gatewayStack('Own')])).toMatchObject([{ prefix: '', path: 'Own/Default' }]);
});

test.each<[string, GatewayChoice, string]>([
  ['its stack', { stack: 'Messaging' }, 'Messaging/Twilio'],
  ['its id', { gateway: 'Support' }, 'Two/Support'],
  ['both', { stack: 'Two', gateway: 'Sales' }, 'Two/Sales'],
])('a gateway is chosen by %s', (_what, choice, path) => {
  expect(chooseGateway(app, choice, command).path).toBe(path);
});

test('the only gateway needs no option, and neither does the only one of stage dev', () => {
  expect(chooseGateway(findGateways([gatewayStack('Own')]), {}, command).path).toBe('Own/Default');
  const stages = findGateways([gatewayStack('A', { stageName: 'prod' }), gatewayStack('B', { stageName: 'dev' })]);
  expect(chooseGateway(stages, {}, command).path).toBe('B/Default');
  const twoOfDev = findGateways(
    ['A', 'B', 'C'].map((id, at) => gatewayStack(id, { stageName: at === 2 ? 'x' : 'dev' })),
  );
  expect(() => chooseGateway(twoOfDev, {}, command)).toThrow('This app has several gateways.');
});

test('where several are possible, the error has the options for each', () => {
  expect(() => chooseGateway(app, {}, command)).toThrow(
    [
      'This app has several gateways. Choose one of these:',
      '  npx twilio-webhook-gateway dev --stack Messaging',
      '  npx twilio-webhook-gateway dev --stack Two --gateway Sales',
      '  npx twilio-webhook-gateway dev --stack Two --gateway Support',
    ].join('\n'),
  );
  const withoutId = appStack(
    'Mixed',
    { ...gatewayResources('Mixed'), ...gatewayResources('Mixed', 'Other') },
    { Outputs: { ...gatewayOutputs(), ...gatewayOutputs('Other') } },
  );
  const mixed = findGateways([withoutId]);
  expect(() => chooseGateway(mixed, {}, command)).toThrow('--stack Mixed --gateway Default\n');
  expect(chooseGateway(mixed, { gateway: 'Default' }, command).path).toBe('Mixed/Default');
});

test('an error says that there is no gateway, or none of that name', () => {
  expect(() => chooseGateway([], {}, command)).toThrow('This app has no gateway: add new TwilioWebhookGateway(');
  expect(() => chooseGateway(app, { stack: 'Data' }, command)).toThrow(
    'This app has no gateway in the stack Data. Choose one of these:\n  npx twilio-webhook-gateway dev --stack Messaging\n',
  );
  expect(() => chooseGateway(app, { stack: 'Two', gateway: 'X' }, command)).toThrow(
    'no gateway in the stack Two named X.',
  );
});
