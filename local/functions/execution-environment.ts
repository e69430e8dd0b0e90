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
  /** Whether stack traces name lines of the source instead of the bundle. @default false */
  readonly sourceMaps?: boolean;
}

export type InvocationResult =
  | { readonly kind: 'ok'; readonly payload: unknown }
  | ({ readonly kind: 'error' } & ErrorReport)
  | { readonly kind: 'timeout' };

interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  /** Only with source maps. */
  readonly stack?: string;
}

type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly text: string }
  /** The payload is JSON. */
  | { readonly type: 'result'; readonly payload: string }
  | {
      readonly type: 'init-error' | 'error';
      readonly error: ErrorReport;
    };

/**
 * A worker thread that loaded the bundle and runs one invocation at a time, like an execution environment on Lambda.
 */
export interface ExecutionEnvironment {
  /** A timeout or a crash ends the environment: `alive` becomes false. */
  invoke(event: unknown, requestId: string): Promise<InvocationResult>;
  readonly alive: boolean;
  /** The event of the current or the last invocation. */
  readonly lastEvent: unknown;
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
    workerData: {
      modulePath: configuration.modulePath,
      exportName: configuration.exportName,
      withStack: configuration.sourceMaps === true,
      context: {
        functionName: configuration.name,
        functionVersion: '$LATEST',
        invokedFunctionArn: configuration.arn,
        logGroupName: `/aws/lambda/${configuration.name}`,
        logStreamName: 'local',
        memoryLimitInMB: String(configuration.memoryMb),
      },
    },
    env: { ...configuration.environment },
    // Without the gateway's module loaders.
    execArgv: configuration.sourceMaps === true ? ['--enable-source-maps'] : [],
    resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMb, maxYoungGenerationSizeMb },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', onOutput);

  let alive = true;
  let lastEvent: unknown;
  let isReady = false;
  let begin: (() => void) | undefined;
  let initError: InvocationResult | undefined;
  let settle: ((result: InvocationResult) => void) | undefined;
  const finish = (result: InvocationResult): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(result);
  };
  const die = (error: ErrorReport): void => {
    alive = false;
    finish({ kind: 'error', ...error });
  };
  worker.on('message', (reply: Reply) => {
    if (reply.type === 'output') {
      onOutput(reply.text);
    } else if (reply.type === 'ready') {
      isReady = true;
      begin?.();
    } else if (reply.type === 'result') finish({ kind: 'ok', payload: JSON.parse(reply.payload) });
    else if (reply.type === 'error') finish({ kind: 'error', ...reply.error });
    else {
      initError = { kind: 'error', ...reply.error };
      alive = false;
      finish(initError);
      // Nothing can run in it; without this its thread would live as long as the gateway.
      void worker.terminate();
    }
  });
  worker.on('error', ({ name, message, stack }) =>
    die({
      errorType: name,
      errorMessage: message,
      ...(configuration.sourceMaps === true && stack !== undefined && { stack }),
    }),
  );
  worker.on('exit', (code) =>
    die({ errorType: 'Runtime.ExitError', errorMessage: `the function's process ended with code ${code}` }),
  );

  return {
    get alive() {
      return alive;
    },
    get lastEvent() {
      return lastEvent;
    },
    invoke: (event, requestId) =>
      new Promise((resolve) => {
        lastEvent = event;
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
            event: JSON.stringify(event),
            awsRequestId: requestId,
            deadline: Date.now() + configuration.timeoutMs,
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
