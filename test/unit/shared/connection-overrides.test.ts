import { connectionOverridesFault } from '../../../lambda/shared/contract/connection-overrides';

test.each(['', 'rc=3&rp=5xx,ct,rt', 'rc=0', 'rc=5&rp=all&ct=100&rt=15000&tt=15000&sni=n', 'e=ashburn,dublin-ix'])(
  '%j is what Twilio takes',
  (text) => {
    expect(connectionOverridesFault(text)).toBeUndefined();
  },
);

test.each([
  ['#rc=3', /without #/],
  ['rc=3 rp=5xx', /without #/],
  ['rc=3&', /without #/],
  ['rc', /without #/],
  ['RC=3', /without #/],
  ['rc=6', /rc takes a whole number from 0 to 5/],
  ['rc=-1', /rc takes/],
  ['rc=1.5', /rc takes/],
  ['ct=99', /ct takes a whole number from 100 to 10000/],
  ['ct=10001', /ct takes/],
  ['rt=15001', /rt takes a whole number from 100 to 15000/],
  ['tt=0', /tt takes/],
  ['rp=500', /rp takes one or more of 4xx, 5xx, ct, rt, all/],
  ['rp=5xx,', /rp takes/],
  ['sni=yes', /sni takes y or n/],
  ['e=berlin', /e takes one or more of ashburn/],
  ['retries=3', /Twilio does not know retries, only ct, rt, tt, rc, rp, sni, e/],
  ['constructor=3', /Twilio does not know constructor/],
  ['rc=1&rc=2', /rc is given twice/],
])('rejects %j with what is allowed', (text, message) => {
  expect(connectionOverridesFault(text)).toMatch(message);
});
