import type { Assembly } from '../deployment/plan';
import type { LocalGateway } from '../gateway';
import type { Build, Builder } from './builder';
import { createRebuildLoop } from './rebuild-loop';
import { changeOf, createContentCheck, isIgnoredFolder, watchedFolders, type Change } from './sources';
import { createFileWatcher } from './watch-files';

export interface LiveReloadOptions {
  readonly gateway: LocalGateway;
  readonly builder: Builder;
  /** The build that the gateway started with. */
  readonly firstBuild: Build;
  /** The directory of the app. */
  readonly directory: string;
  /** The directory with the gateway's data. */
  readonly dataDir: string | undefined;
  /** Called each time after a template was deployed. */
  readonly onDeployed: () => void;
  readonly print: (...lines: readonly string[]) => void;
  readonly printProblems: (problems: readonly string[]) => void;
}

/** Builds the sources again after each change, and deploys the result to the gateway. */
export const startLiveReload = (options: LiveReloadOptions): { readonly close: () => Promise<void> } => {
  const { gateway, builder, directory, dataDir, onDeployed, print, printProblems } = options;
  let current = options.firstBuild;
  let changes = new Set<Change>();
  /** Whether a file changed that the app may import, since the app ran. */
  let isAppDue = false;
  let checking = new AbortController();

  const deployProblem = async (assembly: Assembly): Promise<string | undefined> => {
    try {
      await gateway.deploy(assembly);
      onDeployed();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const deploy = async (build: Build, startedAt: number): Promise<void> => {
    watcher.watch(watchedFolders(directory, build.bundles));
    current = build;
    const problem = build.assembly === undefined ? undefined : await deployProblem(build.assembly);
    const problems = problem === undefined ? build.problems : [...build.problems, problem];
    if (problems.length > 0) {
      printProblems(problems);
      print('not reloaded: the code that compiled last keeps running');
    } else {
      print(`reloaded in ${Math.round(performance.now() - startedAt)} ms`);
    }
    builder.clean(gateway.uses);
  };

  const rebuild = async (): Promise<void> => {
    const startedAt = performance.now();
    const asked = changes;
    changes = new Set();
    if (asked.has('bundle-and-app')) isAppDue = true;
    if (asked.has('app')) {
      isAppDue = false;
      await deploy(await builder.build(), startedAt);
      return;
    }
    await deploy(await builder.buildBundles(), startedAt);
    if (isAppDue) await checkApp();
  };
  /** Runs the app's command after the bundles were deployed. Prints nothing if nothing changed. A change aborts it. */
  const checkApp = async (): Promise<void> => {
    const startedAt = performance.now();
    const { signal } = checking;
    const build = await builder.build(signal);
    if (signal.aborted) return;
    isAppDue = false;
    if (!isSame(build, current)) await deploy(build, startedAt);
  };

  const isChanged = createContentCheck();
  const loop = createRebuildLoop(rebuild);
  const onChange = (file: string): void => {
    const change = changeOf(file, current.bundles);
    if (change === 'nothing' || !isChanged(file)) return;
    changes.add(change);
    checking.abort();
    checking = new AbortController();
    loop.changed();
  };
  const watcher = createFileWatcher(onChange, (folder) => folder === dataDir || isIgnoredFolder(folder));
  watcher.watch(watchedFolders(directory, current.bundles));
  return {
    close: async () => {
      watcher.close();
      checking.abort();
      await loop.close();
    },
  };
};

const isSame = (one: Build, other: Build): boolean => textOf(one) === textOf(other);

const textOf = ({ assembly, problems }: Build): string =>
  JSON.stringify([assembly?.template, [...(assembly?.code ?? [])].map(([id, { hash }]) => [id, hash]), problems]);
