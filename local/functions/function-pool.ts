import { randomUUID } from 'node:crypto';
import { coreTimes, freeCores } from './free-cores';
import {
  startExecutionEnvironment,
  type ExecutionEnvironment,
  type FunctionConfiguration,
  type InvocationResult,
} from './execution-environment';

/** A function of the template, with as many execution environments as its load needs. */
export interface LocalFunction {
  readonly arn: string;
  readonly name: string;
  readonly timeoutMs: number;
  invoke(event: unknown): Promise<InvocationResult>;
  close(): Promise<void>;
}

export interface FunctionPool extends LocalFunction {
  /** Lets the invocations in progress end, then closes. Nothing may be invoked any more. */
  retire(): Promise<void>;
}

export interface FunctionPoolOptions {
  /** Beyond these, invocations wait. */
  readonly maxEnvironments: number;
  /** Receives what the function prints, with the event of the invocation that printed it. */
  readonly onOutput: (text: string, event?: unknown) => void;
}

/** How long an invocation waits for an environment before another one may be started, in milliseconds. */
const growAfterMs = 250;
/** An environment with less to do than this share of the time waits itself, as for an API of Twilio. */
const waitingBelow = 0.1;

/**
 * Lambda starts an environment for every concurrent request. Here invocations wait for one, and another one is started
 * only where that takes long, and where it helps: if the environments wait themselves, or a core of the machine is
 * free. Each is a thread that compiles the bundle for itself: four of them need half as much CPU again as one.
 */
export const createFunctionPool = (
  configuration: FunctionConfiguration,
  options: FunctionPoolOptions,
): FunctionPool => {
  const inProgress = new Set<Promise<InvocationResult>>();
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: Waiter[] = [];
  let loading = 0;
  /** When the last environment was ready, or has failed to start. */
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const start = (): ExecutionEnvironment => {
    const environment: ExecutionEnvironment = startExecutionEnvironment(configuration, (text) =>
      options.onOutput(text, environment.lastEvent),
    );
    all.add(environment);
    loading += 1;
    void environment.ready.then(() => {
      loading -= 1;
      startedAt = performance.now();
    });
    return environment;
  };
  const acquire = async (): Promise<ExecutionEnvironment> => {
    // The last used first: it is the warmest. One that crashed is replaced, as on Lambda.
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      if (warm.alive) return warm;
      all.delete(warm);
    }
    if (all.size === 0) return start();
    return new Promise((resolve) => {
      waiting.push({ since: performance.now(), resolve });
      watch();
    });
  };
  const release = (environment: ExecutionEnvironment): void => {
    if (!environment.alive) all.delete(environment);
    const next = waiting.shift();
    if (next !== undefined) next.resolve(environment.alive ? environment : start());
    else if (environment.alive) idle.push(environment);
  };
  /** One at a time: the first that is ready takes the invocation that has waited longest. */
  const grow = async (): Promise<void> => {
    const environment = start();
    await environment.ready;
    release(environment);
  };
  const watch = (): void => {
    if (timer !== undefined) return;
    const before = coreTimes();
    for (const environment of all) environment.busyShare();
    timer = setTimeout(() => {
      timer = undefined;
      const [oldest] = waiting;
      if (oldest === undefined || all.size >= options.maxEnvironments) return;
      const waitedMs = performance.now() - Math.max(oldest.since, startedAt);
      const areWaiting = [...all].every((environment) => environment.busyShare() < waitingBelow);
      const helps = areWaiting || freeCores(before, coreTimes()) >= 1;
      if (loading === 0 && waitedMs >= growAfterMs && helps) void grow();
      watch();
    }, growAfterMs);
  };

  const invoke = async (event: unknown): Promise<InvocationResult> => {
    const environment = await acquire();
    try {
      const result = await environment.invoke(event, randomUUID());
      if (result.kind !== 'ok') options.onOutput(`${JSON.stringify(report(configuration, result))}\n`, event);
      return result;
    } finally {
      release(environment);
    }
  };
  const close = async (): Promise<void> => {
    clearTimeout(timer);
    await Promise.all([...all].map((environment) => environment.close()));
  };

  return {
    arn: configuration.arn,
    name: configuration.name,
    timeoutMs: configuration.timeoutMs,
    invoke: async (event) => {
      const invocation = invoke(event);
      inProgress.add(invocation);
      try {
        return await invocation;
      } finally {
        inProgress.delete(invocation);
      }
    },
    close,
    retire: async () => {
      await Promise.allSettled(inProgress);
      await close();
    },
  };
};

interface Waiter {
  readonly since: number;
  readonly resolve: (environment: ExecutionEnvironment) => void;
}

/** What Lambda writes to the function's log when an invocation fails. */
const report = (configuration: FunctionConfiguration, result: Exclude<InvocationResult, { kind: 'ok' }>) => ({
  level: 'ERROR',
  service: 'lambda',
  function: configuration.name,
  message:
    result.kind === 'timeout'
      ? `Task timed out after ${(configuration.timeoutMs / 1000).toFixed(2)} seconds`
      : `${result.errorType}: ${result.errorMessage}`,
  ...(result.kind === 'error' && result.stack !== undefined && { stack: result.stack }),
});
