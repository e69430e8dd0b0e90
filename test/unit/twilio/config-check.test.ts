import { twilioConfig } from '../../../twilio.config';
import { checkTwilioConfig } from '../../../cli/twilio/config/config-check';
import { configOf, serviceSid } from './fake-account';

describe('twilio.config.ts', () => {
  it('ships with an example that is valid', () => {
    expect(checkTwilioConfig(twilioConfig)).toBe(twilioConfig);
  });

  it('accepts numbers and services as texts or with settings', () => {
    const config = configOf(1, {
      phoneNumbers: [{ number: `PN${'a'.repeat(32)}`, statusCallback: true, fallbackUrl: 'https://x.example.com' }],
      messagingServices: [serviceSid],
      usageTriggers: [{ usageCategory: 'sms', triggerValue: '1000', triggerBy: 'count', recurring: 'monthly' }],
    });
    expect(checkTwilioConfig(config)).toBe(config);
  });

  it.each([
    ['no object', null, /must export twilioConfig/],
    ['a stage without accounts', { dev: {} }, /dev\.accounts: allowed/],
    ['an unknown key', { dev: { accounts: {}, fallbackURL: 'x' } }, /dev\.fallbackURL: known keys: .*fallbackUrl/],
    ['a bad number', configOf(0, { phoneNumbers: ['0155501'] }), /phoneNumbers\[0\]\.number: allowed: E\.164/],
    [
      'a number twice',
      configOf(0, { phoneNumbers: ['+15550100001', { number: '+15550100001' }] }),
      /phoneNumbers\[1\].*twice/,
    ],
    ['a short service', configOf(0, { messagingServices: ['MG1'] }), /MG and 32/],
    ['a list of another name', configOf(0, { numbers: [] }), /phoneNumbers, messagingServices, usageTriggers/],
    [
      'a trigger without a value',
      configOf(0, { usageTriggers: [{ usageCategory: 'sms' }] }),
      /triggerValue: it is required/,
    ],
    [
      'a trigger of a bad value',
      configOf(0, { usageTriggers: [{ usageCategory: 'sms', triggerValue: 'fifty' }] }),
      /'\+50'/,
    ],
    ['overrides with #', { dev: { accounts: {}, connectionOverrides: '#rc=3' } }, /without #/],
    [
      'an override out of its range',
      { dev: { accounts: {}, connectionOverrides: 'rc=9' } },
      /dev\.connectionOverrides: allowed: rc takes a whole number from 0 to 5/,
    ],
    ['overrides that are not a string', { dev: { accounts: {}, connectionOverrides: 3 } }, /allowed: a string/],
    ['a prototype', { dev: { accounts: {}, ['__proto__x']: 1, constructor: 1 } }, /dev\.constructor/],
  ])('rejects %s by its path', (_what, config, message) => {
    expect(() => checkTwilioConfig(config)).toThrow(message);
  });

  it('reports every problem at once, and repeats no number', () => {
    const check = () => checkTwilioConfig(configOf(0, { phoneNumbers: ['555-0199', 'x'], usageTriggers: [{}] }));
    expect(check).toThrow(/\[0\][\s\S]*\[1\][\s\S]*usageCategory[\s\S]*triggerValue/);
    expect(check).not.toThrow(/555-0199/);
  });
});
