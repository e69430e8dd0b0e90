import { maxParams, maxQueryBytes, routeNames, routes } from '../../../lambda/shared/contract/routes';
import { isAccountSid, isMessageSid, isUsageTriggerSid } from '../../../lambda/shared/payload/sid';

test('only /events reads JSON, and only it reads more than 64 KiB', () => {
  const of = (name: (typeof routeNames)[number]) => [routes[name].acceptsJson, routes[name].maxBodyBytes];
  expect(of('events')).toEqual([true, 262_144]);
  for (const name of ['messages', 'status', 'usage'] as const) expect(of(name)).toEqual([false, 65_536]);
  expect([maxParams, maxQueryBytes]).toEqual([256, 8_192]);
});

test('each route has its own kind', () => {
  expect(routeNames.map((name) => routes[name].kind)).toEqual(['message', 'status', 'usage', 'event']);
});

const hex = '0123456789abcdefABCDEF0123456789';
test('a SID is its prefix and 32 hexadecimal digits', () => {
  expect(isAccountSid(`AC${hex}`)).toBe(true);
  expect(isMessageSid(`SM${hex}`)).toBe(true);
  expect(isMessageSid(`MM${hex}`)).toBe(true);
  expect(isUsageTriggerSid(`UT${hex}`)).toBe(true);
});

test.each([
  `ac${hex}`,
  `AC${hex}0`,
  `AC${hex.slice(1)}`,
  `AC${hex}\n`,
  `xAC${hex}`,
  'AC../../x',
  '',
  undefined,
  [`AC${hex}`],
])('rejects %j as an account SID', (value) => {
  expect(isAccountSid(value)).toBe(false);
});
