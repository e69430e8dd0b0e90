import { join } from 'node:path';
import type { LocalGateway } from '../gateway';
import type { Build, Builder } from './build';
import { createRebuildLoop } from './rebuild-loop';
import { createFileWatcher } from './watch-files';

export interface LiveReloadOptions {
  readonly gateway: LocalGateway;
  readonly builder: Builder;
  /** The build that the gateway started with. */
  readonly first: Build;
  readonly projectRoot: string;
  /** Called after each template that was applied. */
  readonly onDeployed: () => void;
  readonly print: (...lines: readonly string[]) => void;
  readonly printProblems: (problems: readonly string[]) => void;
}

/** Builds the sources again after each change, and deploys the result to the gateway. */
export const startLiveReload = (options: LiveReloadOptions): { readonly close: () => Promise<void> } => {
  const { gateway, builder, first, projectRoot, onDeployed, print, printProblems } = options;
  const watchFolders = (folders: readonly string[]): void =>
    watcher.watch(folders.map((folder) => join(projectRoot, folder)));

  const rebuild = async (): Promise<void> => {
    const startedAt = performance.now();
    const { assembly, problems, folders } = await builder.build();
    watchFolders(folders);
    const problem = assembly === undefined ? undefined : await deployProblem(assembly);
    const allProblems = problem === undefined ? problems : [...problems, problem];
    if (allProblems.length > 0) {
      printProblems(allProblems);
      print('not reloaded: the code that compiled last keeps running');
    } else {
      print(`reloaded in ${Math.round(performance.now() - startedAt)} ms`);
    }
    builder.clean(gateway.uses);
  };
  const deployProblem = async (assembly: NonNullable<Build['assembly']>): Promise<string | undefined> => {
    try {
      await gateway.deploy(assembly);
      onDeployed();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  const loop = createRebuildLoop(rebuild);
  const watcher = createFileWatcher(loop.changed);
  watchFolders(first.folders);
  return {
    close: async () => {
      watcher.close();
      await loop.close();
    },
  };
};
