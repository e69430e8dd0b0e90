import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaultDecision } from '../../fault/history/fault-rules';
import { generatePlan } from '../../fault/history/generate-plan';
import { shrink } from '../../fault/history/shrink';
import { applyPatches } from '../../fault/plants/planted-assembly';
import { plantedBugs } from '../../fault/plants/planted-bugs';

test('makes the same plan of the same seed, and another of another', () => {
  expect(generatePlan(7)).toEqual(generatePlan(7));
  expect(generatePlan(7)).not.toEqual(generatePlan(8));
});

test('has every kind of step, fault and forgery in the twenty seeds of a default run', () => {
  const plans = Array.from({ length: 20 }, (_, at) => generatePlan(at + 1));
  const steps = new Set(plans.flatMap((plan) => plan.steps.map(({ kind }) => kind)));
  expect([...steps].sort()).toEqual(
    ['finish-rotation', 'look', 'poison', 'redrive', 'rotate', 'send', 'send-late', 'settle'].sort(),
  );
  expect(new Set(plans.flatMap((plan) => plan.faults.map(({ kind }) => kind))).size).toBe(11);
  expect(new Set(plans.flatMap((plan) => plan.requests.map(({ forgery }) => forgery))).size).toBe(11);
});

test('strikes the calls that a rule is about, and no others, however they are mixed', () => {
  const decision = createFaultDecision(
    [{ action: 'PutItem', about: 'SM1', skip: 1, times: 2, kind: 'reset' }],
    () => Promise.resolve(),
  );
  const call = (body: string, action = 'PutItem') => decision.decide({ action, body, earlier: 0 }).kind;
  expect([call('SM1'), call('SM2'), call('SM1', 'UpdateItem')]).toEqual(['pass', 'pass', 'pass']);
  expect([call('SM1'), call('SM2'), call('SM1'), call('SM1')]).toEqual(['reset', 'pass', 'reset', 'pass']);
  expect(decision.struck).toEqual([2]);
  decision.heal();
  expect(call('SM1')).toBe('pass');
});

test('shrinks to the parts that a failure needs', async () => {
  let runs = 0;
  const parts = Array.from({ length: 60 }, (_, at) => at);
  const smallest = await shrink(parts, (left) => {
    runs += 1;
    return Promise.resolve(left.includes(17) && left.includes(42));
  });
  expect(smallest).toEqual([17, 42]);
  expect(runs).toBeLessThan(120);
});

test('shrinks to nothing what fails anyway, and stops when its time is over', async () => {
  expect(await shrink([1, 2, 3], () => Promise.resolve(true))).toEqual([]);
  expect(
    await shrink(
      [1, 2, 3],
      () => Promise.resolve(true),
      () => true,
    ),
  ).toEqual([1, 2, 3]);
});

test.each(plantedBugs.map(({ name, patches }) => [name, patches] as const))(
  'can still plant the bug that a gateway %s',
  (_name, patches) => {
    for (const file of new Set(patches.map((patch) => patch.file))) {
      const source = readFileSync(join(__dirname, '..', '..', '..', 'lambda', file), 'utf8');
      expect(applyPatches(file, source, patches)).not.toBe(source);
    }
  },
);
