import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageNames, stages } from '../../lib/stages';
import { everyHandler, everyOption } from '../helpers/every-option';
import { permissionsOf, type Permissions } from './checks/permissions';
import { at, list, resources, synthesizeTemplate } from './checks/template';

// Read, not imported, because the file is also documentation for operators.
const listed = JSON.parse(readFileSync(join(__dirname, 'iam-policies.json'), 'utf8')) as Permissions;

/** Ids of statements that only an option adds. */
const optionalSids = [
  'UseStageKey',
  'ReadBasicAuthCredentials',
  'EnqueueUsageTriggers',
  'AskForReplies',
  'StoreCanaries',
];

test('TPL-IAM: a stage with every option gives each role exactly what iam-policies.json lists', () => {
  const { template, regionTemplate } = synthesizeTemplate('prod', everyOption(), everyHandler);
  expect({ ...permissionsOf(template), ...(regionTemplate && permissionsOf(regionTemplate)) }).toEqual(listed);
});

test.each(stageNames)(
  'TPL-IAM: stage %s gives its roles the same, without the statements of options that it does not use',
  (name) => {
    const expected = Object.entries(listed)
      .filter(
        ([role]) => !/^(?:Breaker|Canary|Events|FallbackLane|FallbackRegion|Lane|Reconciliation|ReplyWith)/.test(role),
      )
      .map(([role, lines]) => [
        role,
        lines
          .filter((text) => !optionalSids.some((sid) => text.startsWith(sid)) && !text.includes('xray:'))
          // One account instead of two.
          .map((text) => text.replace(' AccountSecretssupport', '')),
      ]);
    const { template } = synthesizeTemplate(name, stages[name]);
    expect(permissionsOf(template)).toEqual(Object.fromEntries(expected));
    expect(resources(template, 'AWS::IAM::Role')).toHaveLength(expected.length);
  },
);

describe('the partitions that the consumer may write', () => {
  const { template } = synthesizeTemplate('dev', {});
  const statement = resources(template, 'AWS::IAM::Policy')
    .flatMap(([, { Properties }]) => [...list(at(Properties, 'PolicyDocument', 'Statement'))])
    .find((statement) => at(statement, 'Sid') === 'StoreWebhooks');
  const patterns = list(at(statement, 'Condition', 'ForAllValues:StringLike', 'dynamodb:LeadingKeys'));
  /** Matches like IAM: `?` is one character, `*` any number of them. */
  const allowed = (key: string): boolean =>
    patterns.some((pattern) => new RegExp(`^${String(pattern).replaceAll('?', '.').replaceAll('*', '.*')}$`).test(key));
  const account = `AC${'0a'.repeat(16)}`;

  test.each(['MESSAGE', 'USAGE', 'CLOUDEVENT', 'EVENT', 'TEXT'])("include an account's %s items", (kind) => {
    expect(allowed(`${account}#${kind}#SM1`)).toBe(true);
  });

  test.each([
    ['the breaker', `${account}#BREAKER`],
    ['the breaker, with more behind it', `${account}#BREAKER#x#MESSAGE#y`],
    ['no account', 'MESSAGE#SM1'],
    ['half an account', 'AC0a#MESSAGE#SM1'],
  ])('rejects those of %s', (_name, key) => {
    expect(allowed(key)).toBe(false);
  });
});
