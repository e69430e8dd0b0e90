import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageNames, stages } from '../../lib/stages';
import { everyOption } from '../helpers/every-option';
import { rightsOf, type Rights } from './rights';
import { resources, synthesizeTemplate } from './template';

// Read, not imported: what it says is an operator's paper, too.
const listed = JSON.parse(readFileSync(join(__dirname, 'iam-policies.json'), 'utf8')) as Rights;

/** Statements, by their name, that a stage has for an option only. */
const optional = ['UseStageKey', 'ReadBasicAuthCredentials', 'EnqueueUsageTriggers'];

test('TPL-IAM: a stage with every option gives each role exactly what iam-policies.json lists', () => {
  expect(rightsOf(synthesizeTemplate('prod', everyOption()).template)).toEqual(listed);
});

test.each(stageNames)(
  'TPL-IAM: stage %s gives its roles the same, without what it has no option for',
  (name) => {
    const expected = Object.entries(listed)
      .filter(([role]) => !role.startsWith('Breaker'))
      .map(([role, lines]) => [
        role,
        lines
          .filter((text) => !optional.some((sid) => text.startsWith(sid)))
          // One account instead of two.
          .map((text) => text.replace(' AccountSecretssupport', '')),
      ]);
    const { template } = synthesizeTemplate(name, stages[name]);
    expect(rightsOf(template)).toEqual(Object.fromEntries(expected));
    expect(resources(template, 'AWS::IAM::Role')).toHaveLength(expected.length);
  },
);
