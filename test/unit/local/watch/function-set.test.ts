import { createFunctionSet, type DeployedFunction } from '../../../../local/functions/function-set';
import type { FunctionPool } from '../../../../local/functions/function-pool';

const configuration = (changes: Partial<DeployedFunction> = {}): DeployedFunction => ({
  name: 'Replies',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:Replies',
  modulePath: '/builds/1/index.js',
  exportName: 'handler',
  environment: {},
  timeoutMs: 1000,
  memoryMb: 128,
  codeHash: 'a',
  isBuilt: true,
  ...changes,
});

/** Pools that answer with the hash of their code, once the test lets them. */
const pools = () => {
  const log: string[] = [];
  const held: (() => void)[] = [];
  let isHolding = false;
  const startPool = ({ name, arn, timeoutMs, codeHash }: DeployedFunction): FunctionPool => {
    log.push(`start ${codeHash}`);
    const running = new Set<Promise<void>>();
    return {
      name,
      arn,
      timeoutMs,
      invoke: async () => {
        if (isHolding) {
          const wait = new Promise<void>((resolve) => held.push(resolve));
          running.add(wait);
          await wait;
        }
        return { kind: 'ok', payload: codeHash };
      },
      close: () => {
        log.push(`close ${codeHash}`);
        return Promise.resolve();
      },
      retire: async () => {
        await Promise.all(running);
        log.push(`retired ${codeHash}`);
      },
    };
  };
  return {
    log,
    startPool,
    hold: () => (isHolding = true),
    release: () => {
      isHolding = false;
      for (const resume of held.splice(0)) resume();
    },
  };
};

const deploy = (set: ReturnType<typeof createFunctionSet>, ...configurations: readonly DeployedFunction[]) => {
  const { functions, apply } = set.plan(configurations);
  apply();
  const [first] = functions;
  if (first === undefined) throw new Error('There is no function.');
  return first;
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an invocation in progress ends in the old code, later ones run the new, and the old pool closes after it', async () => {
  const { log, startPool, hold, release } = pools();
  const set = createFunctionSet(startPool);
  const fn = deploy(set, configuration());
  hold();
  const inProgress = fn.invoke({});
  deploy(set, configuration({ codeHash: 'b', modulePath: '/builds/2/index.js' }));
  await settled();
  expect(log).toEqual(['start a', 'start b']);
  expect(set.uses('/builds/1/')).toBe(true);
  release();
  expect(await inProgress).toEqual({ kind: 'ok', payload: 'a' });
  // The one that was handed out before the change.
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: 'b' });
  await settled();
  expect(log).toEqual(['start a', 'start b', 'retired a']);
  expect(set.uses('/builds/1/')).toBe(false);
});

test.each<[string, Partial<DeployedFunction>, boolean]>([
  ['the same code in another directory', { modulePath: '/builds/2/index.js' }, false],
  ['another variable', { environment: { A: '1' } }, true],
  ['another timeout', { timeoutMs: 2000 }, true],
  ['other memory', { memoryMb: 256 }, true],
  ['code that did not compile', { codeHash: 'broken', isBuilt: false }, false],
])('a deployment with %s: does it start a new pool?', async (_what, changes, isNew) => {
  const { log, startPool } = pools();
  const set = createFunctionSet(startPool);
  const fn = deploy(set, configuration());
  expect(deploy(set, configuration(changes)).canRun).toBe(true);
  await settled();
  expect(log.filter((line) => line.startsWith('start'))).toHaveLength(isNew ? 2 : 1);
  expect(log.filter((line) => line.startsWith('retired'))).toHaveLength(isNew ? 1 : 0);
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: 'a' });
});

test('a function that never compiled cannot run until it does', async () => {
  const set = createFunctionSet(pools().startPool);
  const fn = deploy(set, configuration({ isBuilt: false }));
  expect(fn.canRun).toBe(false);
  expect(await fn.invoke({})).toMatchObject({ kind: 'error', errorType: 'Runtime.ImportModuleError' });
  expect(deploy(set, configuration()).canRun).toBe(true);
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: 'a' });
});

test('a function that is gone from the template is retired; a plan that is not applied changes nothing', async () => {
  const { log, startPool } = pools();
  const set = createFunctionSet(startPool);
  deploy(set, configuration(), configuration({ name: 'Other', codeHash: 'o' }));
  set.plan([]);
  await settled();
  expect(log).toEqual(['start a', 'start o']);
  deploy(set, configuration());
  await settled();
  expect(log).toEqual(['start a', 'start o', 'retired o']);
  await set.close();
  expect(log).toContain('close a');
});
