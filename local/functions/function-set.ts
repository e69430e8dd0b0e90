import type { FunctionConfiguration, InvocationResult } from './execution-environment';
import type { FunctionPool, LocalFunction } from './function-pool';

export interface DeployedFunction extends FunctionConfiguration {
  /** The hash of the bundle's files. */
  readonly codeHash: string;
  /** False where the source did not compile, so that there is no bundle. */
  readonly isBuilt: boolean;
}

/** A function whose code and configuration can be replaced while it runs. */
export interface ReplaceableFunction extends LocalFunction {
  /** Whether it has code that compiled, from this deployment or an earlier one. */
  readonly canRun: boolean;
}

export interface FunctionSet {
  /** The functions of a template, by name. Those that run do not change until `apply`. */
  readonly plan: (configurations: readonly DeployedFunction[]) => {
    readonly functions: readonly ReplaceableFunction[];
    /** New invocations run the new code; those in progress end in the old one. */
    readonly apply: () => void;
  };
  /** Whether a function still runs code from below this directory. */
  readonly uses: (directory: string) => boolean;
  readonly close: () => Promise<void>;
}

interface Running {
  readonly configuration: DeployedFunction;
  readonly pool: FunctionPool;
}

interface Entry {
  readonly name: string;
  running: Running | undefined;
}

const notBuilt: InvocationResult = {
  kind: 'error',
  errorType: 'Runtime.ImportModuleError',
  errorMessage: 'the source of the function does not compile',
};

export const createFunctionSet = (startPool: (configuration: DeployedFunction) => FunctionPool): FunctionSet => {
  const entries = new Map<string, Entry>();
  const retiring = new Set<Running>();

  const retire = (running: Running | undefined): void => {
    if (running === undefined) return;
    retiring.add(running);
    void running.pool.retire().finally(() => retiring.delete(running));
  };
  const replace = (entry: Entry, configuration: DeployedFunction): void => {
    const { running } = entry;
    // Code that does not compile changes nothing.
    if (!configuration.isBuilt || (running !== undefined && isSame(running.configuration, configuration))) return;
    entry.running = { configuration, pool: startPool(configuration) };
    retire(running);
  };
  const all = (): readonly Running[] => [...[...entries.values()].flatMap(({ running }) => running ?? []), ...retiring];

  return {
    plan: (configurations) => {
      const planned = configurations.map((configuration) => {
        const entry = entries.get(configuration.name) ?? { name: configuration.name, running: undefined };
        return { entry, configuration, replaceable: replaceableFunction(entry, configuration) };
      });
      return {
        functions: planned.map(({ replaceable }) => replaceable),
        apply: () => {
          const names = new Set(configurations.map(({ name }) => name));
          for (const [name, { running }] of entries) {
            if (names.has(name)) continue;
            entries.delete(name);
            retire(running);
          }
          for (const { entry, configuration } of planned) {
            entries.set(entry.name, entry);
            replace(entry, configuration);
          }
        },
      };
    },
    uses: (directory) => all().some(({ configuration }) => configuration.modulePath.startsWith(directory)),
    close: async () => {
      await Promise.all(all().map(({ pool }) => pool.close()));
    },
  };
};

const replaceableFunction = (entry: Entry, configuration: DeployedFunction): ReplaceableFunction => ({
  name: configuration.name,
  arn: configuration.arn,
  timeoutMs: configuration.timeoutMs,
  canRun: configuration.isBuilt || entry.running !== undefined,
  invoke: (event) => entry.running?.pool.invoke(event) ?? Promise.resolve(notBuilt),
  close: async () => {
    await entry.running?.pool.close();
  },
});

/** The same bundle may be in another directory. */
const isSame = (one: DeployedFunction, other: DeployedFunction): boolean =>
  JSON.stringify({ ...one, modulePath: '' }) === JSON.stringify({ ...other, modulePath: '' });
