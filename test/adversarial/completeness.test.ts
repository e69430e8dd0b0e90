import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adversarialCases, statusesOf, supersededCases } from './support/cases';
import { coveredElsewhere } from './support/cases-covered-elsewhere';
import { superseded } from './support/superseded';

const tests = join(__dirname, '..');

/** The sources of a directory of tests and of those below it, as one text. */
const sourcesOf = (directory: string): string =>
  readdirSync(join(tests, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const here = adversarialCases.filter(({ id }) => !coveredElsewhere.has(id));

test('every id of the fixture is there once', () => {
  expect(new Set(adversarialCases.map(({ id }) => id)).size).toBe(adversarialCases.length);
});

test('only refusals of verified requests for their content are superseded', () => {
  expect(supersededCases.map(({ id }) => id).sort()).toEqual(Object.keys(superseded).sort());
  for (const one of supersededCases)
    expect({ id: one.id, statuses: statusesOf(one) }).toEqual({
      id: one.id,
      statuses: expect.arrayContaining([400]),
    });
});

// `runCases` itself fails where a case of its area has no scenario, so it is enough that no area is forgotten.
test('every area of webhooks is run by exactly one test file', () => {
  const called = [...sourcesOf('adversarial').matchAll(/\brunCases\(\s*'([^']+)'/g)].map(([, area]) => area);
  expect(called.sort()).toEqual([...new Set(here.map(({ area }) => area))].sort());
});

test('every other case is named by a test of the place that runs it', () => {
  const sources = new Map<string, string>();
  const textOf = (directory: string): string => {
    const text = sources.get(directory) ?? sourcesOf(directory);
    sources.set(directory, text);
    return text;
  };
  const unnamed = [...coveredElsewhere].filter(
    // In a title: after the quote that begins it, another id, or a bracket.
    ([id, { directories }]) =>
      !directories.some((directory) => new RegExp(`['\`(, ]${id}(?:[:,) ]|'\\])`).test(textOf(directory))),
  );
  expect(unnamed.map(([id]) => id)).toEqual([]);
});

test('the counts', () => {
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
