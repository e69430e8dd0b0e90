import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAppSettings, type AppOptions } from '../app/app-settings';
import { readCloudAssembly } from '../app/cloud-assembly';
import { gatewayTemplate, type GatewayTemplate } from '../app/gateway-template';
import { chooseGateway, findGateways, type GatewayChoice } from '../app/gateways';
import { notEmulatedLines } from '../app/not-emulated';
import { runApp } from '../app/run-app';
import { buildAppCode } from '../bundles/app-code';
import { createBundler, type Bundle } from '../bundles/bundler';
import type { Assembly } from '../deployment/plan';
import { UserError } from '../user-error';

/** The result of building the current sources. */
export interface Build {
  /** Undefined if the app could not be synthesized. Functions that do not compile have no code here. */
  readonly assembly: Assembly | undefined;
  /** A message for each error. */
  readonly problems: readonly string[];
  /** Lines that name the resources that do not run locally. */
  readonly notes: readonly string[];
  /** The name of the gateway's stage. */
  readonly stageName: string;
  readonly bundles: readonly Bundle[];
}

export interface Builder {
  /** Runs the app's command, and builds the bundles. */
  readonly build: (signal?: AbortSignal) => Promise<Build>;
  /** Builds the bundles of the last synthesis again. */
  readonly buildBundles: () => Promise<Build>;
  /** Deletes earlier builds that are not used any more. */
  readonly clean: (isUsed: (directory: string) => boolean) => void;
  readonly close: () => void;
}

/** A synthesized app. */
interface Synthesis {
  readonly directory: string;
  readonly selected: GatewayTemplate;
  readonly stageName: string;
}

const allStacks = ['**'];

/** @param options `startedBy` is the command that the user started, which errors repeat in their suggestions */
export const createBuilder = (
  options: AppOptions & { readonly choice: GatewayChoice; readonly startedBy: string },
): Builder => {
  const { choice, startedBy } = options;
  // Other programs resolve symbolic links in the paths of their errors.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'twilio-webhook-gateway-')));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const bundler = createBundler(options.directory, root);
  const closing = new AbortController();
  let count = 0;
  let lastSynthesis: Synthesis | undefined;
  let lastBuild: Build | undefined;

  const synthesizeStacks = async (bundledStacks: readonly string[], signal: AbortSignal): Promise<Synthesis> => {
    count += 1;
    const directory = join(root, `app-${count}`);
    await runApp(readAppSettings(options), { outdir: directory, bundledStacks, signal });
    const stacks = readCloudAssembly(directory);
    const gateways = findGateways(stacks);
    const gateway = chooseGateway(gateways, choice, startedBy);
    return { directory, selected: gatewayTemplate(stacks, gateway, gateways), stageName: gateway.stageName };
  };
  /** Assets of stacks that the gateway does not need are not built. */
  const synthesize = async (signal: AbortSignal): Promise<Synthesis> => {
    const bundled = lastSynthesis?.selected.stacks ?? allStacks;
    const synthesis = await synthesizeStacks(bundled, signal);
    const isComplete = bundled === allStacks || synthesis.selected.stacks.every((stack) => bundled.includes(stack));
    return isComplete ? synthesis : synthesizeStacks(allStacks, signal);
  };
  const buildBundles = async (synthesis: Synthesis): Promise<Build> => {
    const { directory, selected, stageName } = synthesis;
    const { code, bundles } = await buildAppCode(selected.code, bundler);
    lastBuild = {
      assembly: { directory, template: selected.template, code },
      problems: [...new Set(bundles.flatMap(({ problems }) => problems))],
      notes: notEmulatedLines(selected),
      stageName,
      bundles,
    };
    return lastBuild;
  };

  return {
    build: async (signal) => {
      try {
        lastSynthesis = await synthesize(AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]));
        return await buildBundles(lastSynthesis);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const emptyBuild = { notes: [], stageName: '', bundles: [] };
        return { ...emptyBuild, ...lastBuild, assembly: undefined, problems: [error.message] };
      }
    },
    buildBundles: () => {
      if (lastSynthesis === undefined) throw new Error('Nothing has been synthesized.');
      return buildBundles(lastSynthesis);
    },
    clean: (isUsed) => {
      const current = [lastSynthesis?.directory, ...(lastBuild?.bundles ?? []).map(({ directory }) => directory)];
      for (const directory of [...directoriesIn(root), ...directoriesIn(join(root, 'bundles'))]) {
        if (directory === join(root, 'bundles') || current.includes(directory) || isUsed(`${directory}/`)) continue;
        rmSync(directory, { recursive: true, force: true });
      }
    },
    close: () => {
      closing.abort();
      bundler.close();
    },
  };
};

const directoriesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
};
