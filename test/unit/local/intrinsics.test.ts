import { createResolver } from '../../../local/template/intrinsics';
import { UnsupportedTemplateError, type Template } from '../../../local/template/template';

const template: Template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    Topic: { Type: 'AWS::SNS::Topic' },
  },
  Parameters: { BootstrapVersion: { Default: '/cdk-bootstrap/version' }, NoDefault: {} },
};
const resolve = createResolver(
  template,
  { region: 'eu-central-1', accountId: '000000000000', stackName: 'local', stackId: 'arn:stack' },
  (logicalId) =>
    logicalId === 'Queue' ? { ref: 'http://queue', attributes: { Arn: 'arn:queue', 'Deep.Name': 'deep' } } : undefined,
);

test.each<[string, unknown, unknown]>([
  ['a plain value', { a: [1, 'x', null, true] }, { a: [1, 'x', null, true] }],
  ['Ref to a resource', { Ref: 'Queue' }, 'http://queue'],
  ['Ref to a parameter', { Ref: 'BootstrapVersion' }, '/cdk-bootstrap/version'],
  ['Ref to a pseudo parameter', [{ Ref: 'AWS::Region' }, { Ref: 'AWS::Partition' }], ['eu-central-1', 'aws']],
  ['Ref to a resource that does nothing here', { Ref: 'Topic' }, 'Topic'],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
  ['Fn::GetAtt with a dot in the attribute', { 'Fn::GetAtt': ['Queue', 'Deep.Name'] }, 'deep'],
  [
    'Fn::GetAtt of what does nothing here',
    { 'Fn::GetAtt': ['Topic', 'TopicArn'] },
    'arn:aws:sns:eu-central-1:000000000000:Topic',
  ],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::StackName' }, 1]] }, 'a-local-1'],
  ['Fn::Select and Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['Fn::Select of a number', { 'Fn::Select': [0, ['a']] }, 'a'],
  [
    'Fn::Sub',
    { 'Fn::Sub': '${Queue.Arn} in ${AWS::Region}, not ${!Queue}' },
    'arn:queue in eu-central-1, not ${Queue}',
  ],
  [
    'Fn::Sub with variables',
    { 'Fn::Sub': ['${Name}/${AWS::AccountId}', { Name: { Ref: 'Queue' } }] },
    'http://queue/000000000000',
  ],
  ['an object with a further key next to Ref', { Ref: 'Queue', More: 1 }, { Ref: 'Queue', More: 1 }],
  ['intrinsics within objects', { a: { b: [{ Ref: 'Queue' }] } }, { a: { b: ['http://queue'] } }],
])('resolves %s', (_what, value, expected) => {
  expect(resolve(value)).toEqual(expected);
});

test.each<[string, unknown, string]>([
  ['an unknown function', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
  ['an unknown nested function', { a: [{ 'Fn::If': [] }] }, 'Fn::If'],
  ['Ref to nothing', { Ref: 'Nothing' }, 'no resource Nothing'],
  ['Ref to a parameter without default', { Ref: 'NoDefault' }, 'NoDefault'],
  ['an unknown attribute', { 'Fn::GetAtt': ['Queue', 'Colour'] }, 'attribute Colour of Queue'],
  ['Fn::Sub of nothing', { 'Fn::Sub': '${Nothing.Arn}' }, 'no resource Nothing'],
  ['Fn::Join of an object', { 'Fn::Join': ['', [{ a: 1 }]] }, 'A string is needed'],
  ['Fn::Join of no list', { 'Fn::Join': ['', 'x'] }, 'A list is needed'],
  ['Fn::Select beyond the end', { 'Fn::Select': ['3', ['a']] }, 'outside its list'],
])('rejects %s', (_what, value, message) => {
  expect(() => resolve(value)).toThrow(UnsupportedTemplateError);
  expect(() => resolve(value)).toThrow(message);
});
