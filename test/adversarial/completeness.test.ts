import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adversarialCases } from './support/cases';
import { skipped } from './support/skipped';

/** The template's cases are assertions about it, and live with the others of their kind. */
const templateArea = 'template';
const infraDirectory = join(__dirname, '..', 'infra');

const testSources = (directory: string): string =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.test.ts') && name !== 'completeness.test.ts')
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('\n');

const run = adversarialCases.filter(({ id }) => !skipped.has(id));

test('every id of the fixture is there once', () => {
  expect(new Set(adversarialCases.map(({ id }) => id)).size).toBe(adversarialCases.length);
});

// `runArea` itself fails where a case of its area has no scenario, so it is enough that no area is forgotten.
test('every area that is not skipped is run by exactly one test file', () => {
  const called = [...testSources(__dirname).matchAll(/\brunArea\(\s*'([^']+)'/g)].map(([, area]) => area);
  const areas = new Set(run.map(({ area }) => area).filter((area) => area !== templateArea));
  expect(called.sort()).toEqual([...areas].sort());
});

test('every case of the template names a test of the infrastructure', () => {
  const sources = testSources(infraDirectory);
  const missing = run.filter(({ id, area }) => area === templateArea && !sources.includes(`'${id}: `));
  expect(missing).toEqual([]);
});

test('every case is run or has a reason why not', () => {
  const reasons = new Map<string, number>();
  for (const reason of skipped.values()) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const inTemplate = run.filter(({ area }) => area === templateArea).length;
  const lines = [
    `adversarial cases: ${adversarialCases.length}`,
    `  ${run.length - inTemplate} run at the edge, ${inTemplate} in test/infra`,
    ...[...reasons].map(([reason, count]) => `  ${count} skipped: ${reason}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  expect(run.length + skipped.size).toBe(adversarialCases.length);
  expect([...skipped.keys()].every((id) => adversarialCases.some((one) => one.id === id))).toBe(true);
});
