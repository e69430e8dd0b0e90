import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adversarialCases, statusesOf, supersededCases } from './support/cases';
import { coveredElsewhere } from './support/cases-covered-elsewhere';
import { superseded } from './support/superseded';

const tests = join(__dirname, '..');

/** All sources below a directory of tests, as one text. */
const sourcesOf = (directory: string): string =>
  readdirSync(join(tests, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const here = adversarialCases.filter(({ id }) => !coveredElsewhere.has(id));

test('every id of the fixture is unique', () => {
  expect(new Set(adversarialCases.map(({ id }) => id)).size).toBe(adversarialCases.length);
});

test('every superseded case expected 400 for a verified request', () => {
  expect(supersededCases.map(({ id }) => id).sort()).toEqual(Object.keys(superseded).sort());
  for (const testCase of supersededCases)
    expect({ id: testCase.id, statuses: statusesOf(testCase) }).toEqual({
      id: testCase.id,
      statuses: expect.arrayContaining([400]),
    });
});

// `runCases` fails if a case of its area has no scenario, so it is enough to check the areas.
test('every area of webhooks is run by exactly one test file', () => {
  const called = [...sourcesOf('adversarial').matchAll(/\brunCases\(\s*'([^']+)'/g)].map(([, area]) => area);
  expect(called.sort()).toEqual([...new Set(here.map(({ area }) => area))].sort());
});

test('every case that is covered elsewhere is named in a test title there', () => {
  const sources = new Map<string, string>();
  const textOf = (directory: string): string => {
    const text = sources.get(directory) ?? sourcesOf(directory);
    sources.set(directory, text);
    return text;
  };
  const unnamed = [...coveredElsewhere].filter(
    // In a title, after its opening quote, another id, or a parenthesis.
    ([id, { directories }]) =>
      !directories.some((directory) => new RegExp(`['\`(, ]${id}(?:[:,) ]|'\\])`).test(textOf(directory))),
  );
  expect(unnamed.map(([id]) => id)).toEqual([]);
});

test('every case is run at the edge or covered elsewhere, and the counts are printed', () => {
  const reasons = new Map<string, number>();
  for (const { why } of coveredElsewhere.values()) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const lines = [
    `adversarial cases: ${adversarialCases.length}`,
    `  ${here.length} run at the edge`,
    ...[...reasons].map(([why, count]) => `  ${count} run elsewhere: ${why}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  expect(here.length + coveredElsewhere.size).toBe(adversarialCases.length);
});
