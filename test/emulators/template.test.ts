import {
  checkResources,
  resourcesOfType,
  UnsupportedTemplateError,
  type Template,
} from '../../local/template/template';
import { propertiesOf } from '../../local/template/properties';
import { devAssembly } from '../helpers/assembly';

const template = (Resources: Template['Resources']): Template => ({ Resources });

describe('checkResources', () => {
  test('knows every resource of the dev stage', () => {
    expect(() => checkResources(devAssembly().template)).not.toThrow();
  });

  test('rejects types that it does not support, and names all of them', () => {
    const strange = template({
      Queue: { Type: 'AWS::SQS::Queue' },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Alias: { Type: 'AWS::Lambda::Alias' },
    });
    expect(() => checkResources(strange)).toThrow(UnsupportedTemplateError);
    expect(() => checkResources(strange)).toThrow('Bucket (AWS::S3::Bucket), Alias (AWS::Lambda::Alias)');
    expect(() => checkResources(strange)).not.toThrow('Queue (');
  });

  test('rejects a resource that exists only under a condition', () => {
    const conditional = template({ Queue: { Type: 'AWS::SQS::Queue', Condition: 'IsProduction' } });
    expect(() => checkResources(conditional)).toThrow('Queue (AWS::SQS::Queue, conditional on IsProduction)');
  });

  test('accepts a conditional resource that has no effect locally', () => {
    expect(() =>
      checkResources(template({ Metadata: { Type: 'AWS::CDK::Metadata', Condition: 'HasRegion' } })),
    ).not.toThrow();
  });
});

test('resourcesOfType returns logical ids and properties, or an empty list', () => {
  const queues = template({
    A: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } },
    B: { Type: 'AWS::SNS::Topic' },
    C: { Type: 'AWS::SQS::Queue' },
  });
  expect(resourcesOfType(queues, 'AWS::SQS::Queue')).toEqual([
    ['A', { DelaySeconds: 1 }],
    ['C', {}],
  ]);
});

describe('propertiesOf', () => {
  test('reads values of the wanted type', () => {
    const properties = propertiesOf('Thing', { Name: 'n', Size: '7', Flags: { A: true } });
    expect(properties.text('Name')).toBe('n');
    expect(properties.optionalText('Absent')).toBeUndefined();
    expect(properties.number('Size', 1)).toBe(7);
    expect(properties.number('Absent', 3)).toBe(3);
    expect(properties.object('Flags')).toEqual({ A: true });
    expect(properties.object('Absent')).toEqual({});
    expect(() => properties.only()).not.toThrow();
  });

  test.each([
    [
      'a value that is not text where text is needed',
      () => propertiesOf('Thing', {}).text('Name'),
      'Thing.Name must be a string',
    ],
    ['a number for a text', () => propertiesOf('Thing', { Name: 1 }).text('Name'), 'Thing.Name must be a string'],
    [
      'a text for a number',
      () => propertiesOf('Thing', { Size: 'x' }).number('Size', 1),
      'Thing.Size must be a number',
    ],
    ['a text for an object', () => propertiesOf('Thing', { Code: 'x' }).object('Code'), 'Thing.Code must be an object'],
  ])('rejects %s, by its path', (_what, read, message) => {
    expect(read).toThrow(UnsupportedTemplateError);
    expect(read).toThrow(message);
  });

  test('rejects properties that are neither read nor named as ignored', () => {
    const properties = propertiesOf('Thing', { Name: 'n', Known: 1, FifoQueue: true, Policy: {} });
    properties.text('Name');
    expect(() => properties.only('Known')).toThrow('does not support Thing.FifoQueue, Policy');
  });
});
