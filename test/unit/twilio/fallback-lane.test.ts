import { run } from '../cli/fake-environment';
import {
  connectedEnvironment,
  connectedNumber,
  fakeAccount,
  gatewayUrl,
  overrides,
  phoneNumber,
  serviceSid,
  serviceState,
} from './fake-account';

const lane = `${gatewayUrl}/fallback`;
const fallback = {
  postUrl: lane,
  signedUrl: lane,
  queueUrl: 'https://sqs/1/Lane',
  deadLetterQueueUrl: 'https://sqs/1/Dead',
};
const own = 'https://fallback.example.com/twiml';
const account = () =>
  fakeAccount({ phoneNumbers: [connectedNumber(1, { smsFallbackUrl: '' })], messagingServices: [serviceState()] });

const planned = async (stage: Readonly<Record<string, unknown>>, target: object = { fallback }) => {
  const config = {
    dev: { accounts: { main: { phoneNumbers: [phoneNumber(1)], messagingServices: [serviceSid] } }, ...stage },
  };
  const result = await run(['twilio', 'plan', '--json'], connectedEnvironment(config, account(), { target }).parts);
  const { changes } = JSON.parse(result.data) as {
    readonly changes: readonly { readonly fields: readonly { readonly field: string; readonly to: unknown }[] }[];
  };
  const fields = changes.flatMap((change) => change.fields);
  return fields.filter(({ field }) => /fallbackurl/i.test(field)).map(({ field, to }) => [field, to]);
};

test('the lane of a stage is the fallback URL of its numbers and services, with the retries', async () => {
  expect(await planned({})).toEqual([
    ['smsFallbackUrl', `${lane}${overrides}`],
    ['fallbackUrl', `${lane}${overrides}`],
  ]);
});

test('a fallback URL in twilio.config.ts comes first, and the lane can be named there', async () => {
  expect(await planned({ fallbackUrl: own })).toEqual([
    ['smsFallbackUrl', own],
    ['fallbackUrl', own],
  ]);
  expect(await planned({ fallbackUrl: lane, connectionOverrides: '' })).toEqual([
    ['smsFallbackUrl', lane],
    ['fallbackUrl', lane],
  ]);
});

test('without a lane nothing is set', async () => {
  expect(await planned({}, {})).toEqual([]);
});

test('another URL of the gateway is refused', async () => {
  const config = {
    dev: { fallbackUrl: `${gatewayUrl}/messages`, accounts: { main: { phoneNumbers: [phoneNumber(1)] } } },
  };
  const result = await run(['twilio', 'plan'], connectedEnvironment(config, account(), { target: { fallback } }).parts);
  expect(result.exitCode).toBe(2);
  expect(result.notes).toContain('it is on the gateway itself, and would fail with it');
});
