import { clockPatches } from '../../fault/experiments/clocks-and-clients';
import { newVersion } from '../../fault/experiments/queue';
import { patch } from '../../fault/mutants/mutant';
import { laneMutants, missedMutants } from '../../fault/mutants/missed-mutants';
import { mutants } from '../../fault/mutants/mutants';
import { applyPatches, type Patch } from '../../fault/mutants/mutated-assembly';
import { patchProblems } from './patch-problems';

const lists: readonly (readonly [string, readonly Patch[]])[] = [
  ...[...mutants, ...missedMutants, ...laneMutants].map(
    ({ name, patches }) => [`mutant that ${name}`, patches] as const,
  ),
  ['experiment with wrong clocks', clockPatches('0')],
  ['experiment with the next version of the envelope', newVersion],
];

test('every patch applies to the code, and what it makes of it compiles', () => {
  const problems = patchProblems(lists.map(([, patches]) => patches));
  expect(lists.map(([name], at) => [name, problems[at]])).toEqual(lists.map(([name]) => [name, []]));
}, 60_000);

test('a patch with a wrong name, a wrong type or a wrong syntax is reported', () => {
  const replaced = (replace: string) => [patch('ingress/handler.ts', 'const { now } = Date;', replace)];
  const problems = patchProblems([
    replaced('const now = () => Date.now() + ofset;'),
    replaced('const now = () => Date.current();'),
    replaced("const now = () => 'today';"),
    replaced('const now = () => {'),
    replaced('const unused = 1;\nconst { now } = Date;'),
  ]);
  const [name, member, type, syntax, unused] = problems.map((found) => found.join('\n'));
  expect(name).toContain("Cannot find name 'ofset'");
  expect(member).toContain("Property 'current' does not exist");
  expect(type).toContain("Type 'string' is not assignable to type 'number'");
  expect(syntax).toContain("'}' expected");
  expect(unused).toBe('');
}, 60_000);

test('a patch whose text is not in the file, or is there twice, is refused', () => {
  const apply = (find: string) => applyPatches('file.ts', 'one two two', [patch('file.ts', find, 'three')]);
  expect(apply('one')).toBe('three two two');
  expect(() => apply('four')).toThrow('0 times');
  expect(() => apply('two')).toThrow('2 times');
});
