import { countMessages, createSendCount } from '../../fault/history/count-messages';
import { cut } from '../../fault/history/cuts';
import { createFaultDecision } from '../../fault/history/fault-rules';
import { generatePlan } from '../../fault/history/generate-plan';
import { createRandom } from '../../fault/history/random';
import { shrink } from '../../fault/history/shrink';
import { createTally } from '../../fault/history/tally';
import type { Fault } from '../../helpers/fault-proxy';
import { twilioSignature } from '../../helpers/webhooks';

test('the same seed gives the same plan, and another seed another plan', () => {
  expect(generatePlan(7)).toEqual(generatePlan(7));
  expect(generatePlan(7)).not.toEqual(generatePlan(8));
});

test('the twenty seeds of a default run have every kind of step, fault and forgery', () => {
  const plans = Array.from({ length: 20 }, (_, at) => generatePlan(at + 1));
  const steps = new Set(plans.flatMap((plan) => plan.steps.map(({ kind }) => kind)));
  expect([...steps].sort()).toEqual(
    [
      'await-answers',
      'finish-rotation',
      'poison',
      'redrive',
      'rotate',
      'send',
      'send-cut',
      'send-late',
      'snapshot',
    ].sort(),
  );
  expect(new Set(plans.flatMap((plan) => plan.faults.map(({ kind }) => kind))).size).toBe(15);
  expect(new Set(plans.flatMap((plan) => plan.requests.map(({ forgery }) => forgery))).size).toBe(10);
});

test('every plan has cuts, and unrecognized webhooks come on both routes of messages', () => {
  const requests = Array.from({ length: 20 }, (_, at) => generatePlan(at + 1)).flatMap((plan) => {
    expect(plan.steps.filter(({ kind }) => kind === 'send-cut')).toHaveLength(4);
    return plan.requests;
  });
  const unrecognized = requests.filter(({ rows }) => rows.some(({ raw }) => raw !== undefined));
  expect(new Set(unrecognized.map(({ route }) => route))).toEqual(new Set(['messages', 'status']));
});

test('a cut is another request with the same signature', () => {
  const url = 'https://example.com/dev/events';
  for (let seed = 1; seed <= 50; seed += 1) {
    const { requests } = generatePlan(seed);
    for (const genuine of requests.filter(({ forgery }) => forgery === undefined)) {
      const { signed, sent, rows } = cut(createRandom(seed), 'cut', genuine);
      const withQuery = (query: string): string => (query === '' ? url : `${url}?${query}`);
      const form = Object.fromEntries(new URLSearchParams(sent.body));
      expect(twilioSignature(withQuery(sent.query), form)).toBe(twilioSignature(withQuery(signed.query), signed.form));
      expect([sent.query, form]).not.toEqual([signed.query, signed.form]);
      expect(rows).toEqual([]);
    }
  }
});

test('a message sent twice counts as two, and one that never reaches SQS as none', () => {
  let done = 0;
  const sends = createSendCount(() => done);
  const note = (fault: Fault, action = 'SendMessage') => sends.note({ action, body: '', earlier: 0 }, fault);
  note({ kind: 'hang' });
  note({ kind: 'twice' }, 'PutItem');
  expect(sends.sent()).toEqual({ least: 0, most: 0 });
  note({ kind: 'twice' });
  expect(sends.sent()).toEqual({ least: 0, most: 2 });
  done = 1;
  expect(sends.sent()).toEqual({ least: 2, most: 2 });
  sends.putBegins();
  expect(sends.sent()).toEqual({ least: 2, most: 3 });
  sends.putEnds();
  expect(sends.sent()).toEqual({ least: 3, most: 3 });
});

test('counting repeats until the numbers are stable, and gives up if they never are', async () => {
  const sends = createSendCount(() => 0);
  const events = [1, 2, 2, 2];
  const sources = {
    sends,
    deleted: () => 0,
    version: () => 0,
    inEventQueue: () => Promise.resolve(events.shift() ?? 0),
    inDeadLetterQueue: () => Promise.resolve(3),
  };
  expect(await countMessages('now', sources)).toMatchObject({ when: 'now', events: 2, deadLetters: 3 });
  let version = 0;
  expect(await countMessages('now', { ...sources, version: () => (version += 1) })).toBeUndefined();
});

test('one late history in twenty may be run again, and each second run is counted', async () => {
  const tally = createTally();
  const outcome = () => Promise.allSettled(tally.checks().map(({ run }) => run()));
  for (let seed = 1; seed <= 20; seed += 1) {
    tally.addHistory({ accepted: 3, fault: 2, starved: 1, refused: 0 });
  }
  const replay = (seed: number): void => {
    tally.addReplay(seed, [{ invariant: 'answers are in time', found: '' }]);
    tally.addHistory({ accepted: 3, fault: 2, starved: 1, refused: 0 });
  };
  replay(1);
  expect(await outcome()).toMatchObject([{ status: 'fulfilled' }]);
  expect(tally.lines().join('\n')).toContain('63 accepted');
  expect(tally.lines().join('\n')).toContain('1 of 20 histories, 1 allowed; seed 1: 1 late');
  replay(2);
  expect(await outcome()).toMatchObject([{ status: 'rejected' }]);
});

test('a rule affects only the calls that it names, in any order of calls', () => {
  const decision = createFaultDecision([{ action: 'PutItem', about: 'SM1', skip: 1, times: 2, kind: 'reset' }], () =>
    Promise.resolve(),
  );
  const call = (body: string, action = 'PutItem') => decision.decide({ action, body, earlier: 0 }).kind;
  expect([call('SM1'), call('SM2'), call('SM1', 'UpdateItem')]).toEqual(['pass', 'pass', 'pass']);
  expect([call('SM1'), call('SM2'), call('SM1'), call('SM1')]).toEqual(['reset', 'pass', 'reset', 'pass']);
  expect(decision.injectedCounts).toEqual([2]);
  expect(decision.injectedFaults).toMatchObject([
    { action: 'PutItem', about: 'SM1', kind: 'reset' },
    { action: 'PutItem', about: 'SM1', kind: 'reset' },
  ]);
  decision.endFaults();
  expect(call('SM1')).toBe('pass');
});

test('shrinking keeps only the parts that the failure needs', async () => {
  let runs = 0;
  const parts = Array.from({ length: 60 }, (_, at) => at);
  const smallest = await shrink(parts, (left) => {
    runs += 1;
    return Promise.resolve(left.includes(17) && left.includes(42));
  });
  expect(smallest).toEqual([17, 42]);
  expect(runs).toBeLessThan(120);
});

test('shrinking keeps nothing if everything fails, and stops when its time is over', async () => {
  expect(await shrink([1, 2, 3], () => Promise.resolve(true))).toEqual([]);
  expect(
    await shrink(
      [1, 2, 3],
      () => Promise.resolve(true),
      () => true,
    ),
  ).toEqual([1, 2, 3]);
});
