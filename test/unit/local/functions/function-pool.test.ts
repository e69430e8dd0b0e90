import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFunctionPool, type LocalFunction } from '../../../../local/functions/function-pool';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-functions-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const pools: LocalFunction[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** A pool of a bundle with this source. */
const pool = (
  source: string,
  options: {
    readonly timeoutMs?: number;
    readonly maxEnvironments?: number;
    readonly exportName?: string;
  } = {},
): { readonly fn: LocalFunction; readonly output: () => string } => {
  const modulePath = join(directory, `bundle-${pools.length}-${Math.random().toString(36).slice(2)}.js`);
  writeFileSync(modulePath, source);
  let output = '';
  const fn = createFunctionPool(
    {
      name: 'Function',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:Function',
      modulePath,
      exportName: options.exportName ?? 'handler',
      environment: { GREETING: 'hello' },
      timeoutMs: options.timeoutMs ?? 10_000,
      memoryMb: 128,
    },
    { maxEnvironments: options.maxEnvironments ?? 1, onOutput: (text) => (output += text) },
  );
  pools.push(fn);
  return { fn, output: () => output };
};

/** Counts the invocations of its environment. */
const counting = 'let count = 0; exports.handler = async (event) => ({ count: ++count, event });';

test('one environment serves invocations one after another, and is kept warm', async () => {
  const { fn } = pool(counting);
  expect(await fn.invoke({ a: 1 })).toEqual({ kind: 'ok', payload: { count: 1, event: { a: 1 } } });
  expect(await fn.invoke('x')).toEqual({ kind: 'ok', payload: { count: 2, event: 'x' } });
});

test('the function has the environment and context of its configuration, and nothing of the gateway', async () => {
  process.env['OF_THE_GATEWAY'] = 'secret';
  const { fn } = pool(
    `exports.handler = async (_event, context) => ({
      env: process.env, name: context.functionName, id: context.awsRequestId, memory: context.memoryLimitInMB,
      arn: context.invokedFunctionArn, remaining: context.getRemainingTimeInMillis(),
    });`,
    { timeoutMs: 9000 },
  );
  const result = await fn.invoke({});
  delete process.env['OF_THE_GATEWAY'];
  expect(result).toEqual({
    kind: 'ok',
    payload: {
      env: { GREETING: 'hello' },
      name: 'Function',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      memory: '128',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:Function',
      remaining: expect.any(Number) as number,
    },
  });
  const { remaining } = (result as { readonly payload: { readonly remaining: number } }).payload;
  expect(remaining).toBeGreaterThan(0);
  expect(remaining).toBeLessThanOrEqual(9000);
});

test('the result is passed through JSON', async () => {
  const { fn } = pool(
    'exports.handler = async (event) => event ? { a: undefined, at: new Date(0), b: [undefined] } : undefined;',
  );
  expect(await fn.invoke(1)).toEqual({ kind: 'ok', payload: { at: '1970-01-01T00:00:00.000Z', b: [null] } });
  expect(await fn.invoke(0)).toEqual({ kind: 'ok', payload: null });
});

test('an invocation that throws is an error, is logged as on Lambda, and keeps the environment', async () => {
  const { fn, output } = pool(
    `let count = 0;
    exports.handler = async (event) => { count += 1; if (event) throw new RangeError('why'); return count; };`,
  );
  expect(await fn.invoke(1)).toEqual({ kind: 'error', errorType: 'RangeError', errorMessage: 'why' });
  expect(await fn.invoke(0)).toEqual({ kind: 'ok', payload: 2 });
  expect(JSON.parse(output())).toEqual({
    level: 'ERROR',
    service: 'lambda',
    function: 'Function',
    message: 'RangeError: why',
  });
});

test('an invocation that times out ends its environment, and the next invocation gets a new one', async () => {
  const { fn, output } = pool(
    `let count = 0;
    exports.handler = (event) => {
      count += 1;
      return event === 'hang' ? new Promise(() => {}) : Promise.resolve(count);
    };`,
    { timeoutMs: 1000 },
  );
  expect(await fn.invoke('warm')).toEqual({ kind: 'ok', payload: 1 });
  expect(await fn.invoke('hang')).toEqual({ kind: 'timeout' });
  expect(await fn.invoke('again')).toEqual({ kind: 'ok', payload: 1 });
  expect(output()).toContain('Task timed out after 1.00 seconds');
});

test("the load time of a bundle does not count towards the invocation's timeout", async () => {
  const { fn } = pool(
    'const until = Date.now() + 1500; while (Date.now() < until); exports.handler = async () => "loaded";',
    { timeoutMs: 1000 },
  );
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: 'loaded' });
});

test('a busy loop is ended, too', async () => {
  const { fn } = pool('exports.handler = async (event) => { while (event) {} return "free"; };', {
    timeoutMs: 1000,
  });
  expect(await fn.invoke(true)).toEqual({ kind: 'timeout' });
  expect(await fn.invoke(false)).toEqual({ kind: 'ok', payload: 'free' });
});

test('an environment that dies is an error for its invocation only', async () => {
  const { fn } = pool(
    `let count = 0;
    exports.handler = async (event) => { count += 1; if (event === 'exit') process.exit(3); return count; };`,
  );
  expect(await fn.invoke('exit')).toEqual({
    kind: 'error',
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('3') as string,
  });
  expect(await fn.invoke('next')).toEqual({ kind: 'ok', payload: 1 });
});

test('an environment that dies while it is idle is replaced', async () => {
  const { fn } = pool(
    `let count = 0;
    exports.handler = async () => { setTimeout(() => { throw new Error('later'); }, 50); return ++count; };`,
  );
  expect(await fn.invoke(0)).toEqual({ kind: 'ok', payload: 1 });
  // It may take a moment until the end of the process is known; an earlier call gets an error, or another answer of the
  // dying one.
  let result = await fn.invoke(0);
  for (let tries = 0; tries < 100 && !(result.kind === 'ok' && result.payload === 1); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    result = await fn.invoke(0);
  }
  expect(result).toEqual({ kind: 'ok', payload: 1 });
});

test.each([
  ['throws', 'throw new TypeError("at the start");', { errorType: 'TypeError', errorMessage: 'at the start' }],
  ['is no JavaScript', 'exports.handler = ;', { errorType: 'SyntaxError' }],
  ['has no handler', 'exports.other = 1;', { errorMessage: 'handler is not exported' }],
])('rejects every invocation of a bundle that %s, and keeps trying to load it', async (_what, source, error) => {
  const { fn } = pool(source);
  for (let count = 0; count < 3; count += 1) {
    expect(await fn.invoke({})).toMatchObject({ kind: 'error', ...error });
  }
});

test('more invocations than environments wait, and all are answered, even if one kills its environment', async () => {
  const { fn } = pool(
    `exports.handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (event === 3) process.exit(1);
      return event;
    };`,
    { maxEnvironments: 2 },
  );
  const results = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((event) => fn.invoke(event)));
  expect(results.map((result) => (result.kind === 'ok' ? result.payload : result.kind))).toEqual([
    0,
    1,
    2,
    'error',
    4,
    5,
    6,
    7,
  ]);
});

/** Answers with its environment after so many milliseconds. */
const named =
  'const id = Math.random(); exports.handler = (ms) => new Promise((resolve) => setTimeout(() => resolve(id), ms));';

const environmentsOf = async (fn: LocalFunction, count: number, ms: number): Promise<number> => {
  const results = await Promise.all(Array.from({ length: count }, () => fn.invoke(ms)));
  return new Set(results.map((result) => (result.kind === 'ok' ? result.payload : result.kind))).size;
};

test('invocations that wait shortly, or for the first environment to load, share one', async () => {
  const { fn } = pool(`const until = Date.now() + 400; while (Date.now() < until); ${named}`, { maxEnvironments: 4 });
  expect(await environmentsOf(fn, 10, 1)).toBe(1);
  expect(await environmentsOf(fn, 10, 1)).toBe(1);
});

test('invocations that would wait long get more environments, up to the limit', async () => {
  const { fn } = pool(named, { maxEnvironments: 3 });
  expect(await environmentsOf(fn, 8, 1000)).toBe(3);
});

test('all output of a function is printed before its environment is closed, even if its thread is busy', async () => {
  const { fn, output } = pool(
    `exports.handler = async () => {
      for (const line of ['one', 'two', 'three']) console.log(line);
      setImmediate(() => { const until = Date.now() + 600; while (Date.now() < until) {} });
      return 'done';
    };`,
  );
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: 'done' });
  await fn.close();
  expect(output()).toBe('one\ntwo\nthree\n');
});

test('what the function has printed is there when its result is', async () => {
  const { fn, output } = pool('exports.handler = async () => { console.log("out"); console.error("err"); };');
  await fn.invoke({});
  expect(output()).toBe('out\nerr\n');
});

test('text is printed whole, even if its bytes arrive in parts, and a writer is told when to go on', async () => {
  const { fn, output } = pool(
    `exports.handler = async () => {
      const bytes = Buffer.from('a€b');
      await new Promise((resolve) => process.stdout.write(bytes.subarray(0, 2), resolve));
      await new Promise((resolve) => process.stdout.write(bytes.subarray(2), 'utf8', resolve));
    };`,
  );
  expect(await fn.invoke({})).toEqual({ kind: 'ok', payload: null });
  expect(output()).toBe('a€b');
});

test('what was printed before an endless loop is not lost', async () => {
  const { fn, output } = pool('exports.handler = async () => { console.log("begin"); for (;;) {} };', {
    timeoutMs: 300,
  });
  expect(await fn.invoke({})).toEqual({ kind: 'timeout' });
  expect(output()).toMatch(/^begin\n/);
});

test.each([
  ['an error that nobody catches', "setImmediate(() => { throw new Error('x'); });"],
  ['its process exits', 'setImmediate(() => process.exit(1));'],
])('what a function prints while its environment ends is not lost: %s', async (_how, end) => {
  const { fn, output } = pool(`exports.handler = () => new Promise(() => {
    console.log('first');
    process.once('exit', () => process.stdout.write('last\\n'));
    ${end}
  });`);
  expect(await fn.invoke({})).toMatchObject({ kind: 'error' });
  expect(output()).toMatch(/^first\nlast\n/);
});
