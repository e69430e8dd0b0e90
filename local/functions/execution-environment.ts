import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** How a function is configured in the template. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the bundle. */
  readonly modulePath: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export type InvocationResult =
  | { readonly kind: 'ok'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'timeout' };

type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly payload: unknown }
  | {
      readonly type: 'init-error' | 'error';
      readonly error: { readonly errorType: string; readonly errorMessage: string };
    };

/**
 * A worker thread that loaded the bundle and runs one invocation at a time, like an execution environment on Lambda.
 */
export interface ExecutionEnvironment {
  /** A timeout or a crash ends the environment: `alive` becomes false. */
  invoke(event: unknown, requestId: string): Promise<InvocationResult>;
  readonly alive: boolean;
  close(): Promise<void>;
}

/** Node's default lets each thread collect up to 48 MB of garbage; several threads would look like a memory leak. */
const maxYoungGenerationSizeMb = 6;

/**
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the init phase has a limit of its
 * own
 */
const initTimeoutMs = 10_000;

export const startExecutionEnvironment = (
  configuration: FunctionConfiguration,
  onOutput: (text: string) => void,
): ExecutionEnvironment => {
  const worker = new Worker(join(__dirname, 'runtime.cjs'), {
    workerData: { modulePath: configuration.modulePath, exportName: configuration.exportName },
    env: { ...configuration.environment },
    // Without the gateway's module loaders.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMb, maxYoungGenerationSizeMb },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', onOutput);

  let alive = true;
  let isReady = false;
  let begin: (() => void) | undefined;
  let initError: InvocationResult | undefined;
  let settle: ((result: InvocationResult) => void) | undefined;
  const finish = (result: InvocationResult): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(result);
  };
  const die = (errorType: string, errorMessage: string): void => {
    alive = false;
    finish({ kind: 'error', errorType, errorMessage });
  };
  worker.on('message', (reply: Reply) => {
    if (reply.type === 'ready') {
      isReady = true;
      begin?.();
    } else if (reply.type === 'result') finish({ kind: 'ok', payload: reply.payload });
    else if (reply.type === 'error') finish({ kind: 'error', ...reply.error });
    else {
      initError = { kind: 'error', ...reply.error };
      alive = false;
      finish(initError);
      // Nothing can run in it; without this its thread would live as long as the gateway.
      void worker.terminate();
    }
  });
  worker.on('error', (error) => die(error.name, error.message));
  worker.on('exit', (code) => die('Runtime.ExitError', `the function's process ended with code ${code}`));

  return {
    get alive() {
      return alive;
    },
    invoke: (event, requestId) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const limit = (milliseconds: number): void => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            alive = false;
            finish({ kind: 'timeout' });
            void worker.terminate();
          }, milliseconds);
        };
        settle = (result) => {
          clearTimeout(timer);
          resolve(result);
        };
        if (!alive) {
          finish(
            initError ?? {
              kind: 'error',
              errorType: 'Runtime.ExitError',
              errorMessage: 'the environment has ended',
            },
          );
          return;
        }
        // The function's timeout starts once its bundle is loaded.
        begin = () => {
          begin = undefined;
          limit(configuration.timeoutMs);
          worker.postMessage({
            event,
            deadline: Date.now() + configuration.timeoutMs,
            context: {
              awsRequestId: requestId,
              functionName: configuration.name,
              functionVersion: '$LATEST',
              invokedFunctionArn: configuration.arn,
              logGroupName: `/aws/lambda/${configuration.name}`,
              logStreamName: 'local',
              memoryLimitInMB: String(configuration.memoryMb),
            },
          });
        };
        if (isReady) begin();
        else limit(initTimeoutMs);
      }),
    close: async () => {
      alive = false;
      await worker.terminate();
    },
  };
};
