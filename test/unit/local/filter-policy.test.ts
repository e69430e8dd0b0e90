import { readFilterPolicy } from '../../../local/sns/filter-policy';
import { UnsupportedTemplateError } from '../../../local/template/template';

const matches = (policy: unknown, attributes: Readonly<Record<string, string>>): boolean =>
  readFilterPolicy('Subscription', policy)(attributes);

test('accepts every message without a policy', () => {
  expect(matches(undefined, {})).toBe(true);
});

test.each([
  [{ type: ['a'] }, { type: 'a' }, true],
  [{ type: ['a'] }, { type: 'ab' }, false],
  [{ type: ['a'] }, {}, false],
  [{ type: ['a', 'b'] }, { type: 'b' }, true],
  [{ type: ['a'], to: ['x'] }, { type: 'a', to: 'x' }, true],
  [{ type: ['a'], to: ['x'] }, { type: 'a', to: 'y' }, false],
  [{ to: [{ prefix: '+1555' }] }, { to: '+15550100001' }, true],
  [{ to: [{ prefix: '+1555' }] }, { to: 'whatsapp:+15550100001' }, false],
  [{ to: [{ 'anything-but': ['x', 'y'] }] }, { to: 'z' }, true],
  [{ to: [{ 'anything-but': 'x' }] }, { to: 'x' }, false],
  [{ to: [{ 'anything-but': ['x'] }] }, {}, false],
  [{ to: [{ 'anything-but': { prefix: '+1' } }] }, { to: '+44' }, true],
  [{ to: [{ 'anything-but': { prefix: '+1' } }] }, { to: '+15' }, false],
  [{ optOutType: [{ exists: false }] }, {}, true],
  [{ optOutType: [{ exists: false }] }, { optOutType: 'STOP' }, false],
  [{ optOutType: [{ exists: true }] }, { optOutType: 'STOP' }, true],
  [{ n: [{ numeric: ['>=', 1, '<', 5] }] }, { n: '4.5' }, true],
  [{ n: [{ numeric: ['>=', 1, '<', 5] }] }, { n: '5' }, false],
  [{ n: [{ numeric: ['=', 5] }] }, { n: 'five' }, false],
  [{ n: [{ numeric: ['=', 0] }] }, { n: ' ' }, false],
])('%j on %j: %s', (policy, attributes, expected) => {
  expect(matches(policy, attributes)).toBe(expected);
});

test.each([
  [{ to: [{ suffix: '1' }] }, 'suffix'],
  [{ to: [{ cidr: '10.0.0.0/8' }] }, 'cidr'],
  [{ to: [{ 'equals-ignore-case': 'x' }] }, 'equals-ignore-case'],
  [{ $or: [{ to: ['x'] }] }, '$or'],
  [{ to: [5] }, '5 of to'],
  [{ to: [] }, 'list of conditions'],
  [{ to: 'x' }, 'list of conditions'],
  [{ to: [{ prefix: 'a', exists: true }] }, 'more than one operator'],
  [{ to: [{ numeric: ['!=', 1] }] }, 'numeric'],
  [['x'], 'not an object'],
])('rejects %j by name', (policy, named) => {
  expect(() => readFilterPolicy('Subscription', policy)).toThrow(UnsupportedTemplateError);
  expect(() => readFilterPolicy('Subscription', policy)).toThrow(named);
});
