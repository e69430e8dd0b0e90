import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly } from '../deployment/plan';
import type { Template } from '../template/template';
import { createSynthesizer } from './synthesizer';

/** The result of building the current sources. */
export interface Build {
  /** Undefined where nothing could be built. Functions that do not compile have no code in it. */
  readonly assembly: Assembly | undefined;
  /** A line for each error. */
  readonly problems: readonly string[];
  /** The top-level folders of the sources, relative to the project. */
  readonly folders: readonly string[];
}

export interface Builder {
  readonly build: () => Promise<Build>;
  /** Deletes earlier builds that are not used any more. */
  readonly clean: (isUsed: (directory: string) => boolean) => void;
  readonly close: () => void;
}

/** Folders that a developer works in, whether a build used them or not. */
const alwaysWatched = ['handlers', 'lib', 'lambda'];

/** Each build goes to a directory of its own, because functions load their code from it while they run. */
export const createBuilder = (stage: string, handlersModule: string): Builder => {
  const root = mkdtempSync(join(tmpdir(), 'twilio-webhook-gateway-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const synthesizer = createSynthesizer();
  const directories = new Set<string>();
  let count = 0;

  return {
    build: async () => {
      count += 1;
      const outdir = join(root, String(count));
      directories.add(outdir);
      const reply = await synthesizer.synthesize({ stage, outdir, handlersModule });
      const { directory, template, problems, inputs } = reply;
      const folders = inputs.filter((file) => !file.startsWith('..')).map((file) => file.split(/[\\/]/)[0] ?? '');
      return {
        // The CDK wrote the template. The gateway reports the parts that it does not support.
        assembly: directory === undefined ? undefined : { directory, template: template as Template },
        problems,
        folders: [...new Set([...alwaysWatched, ...folders.filter((folder) => folder !== 'node_modules')])],
      };
    },
    clean: (isUsed) => {
      for (const directory of [...directories].slice(0, -1)) {
        if (isUsed(directory + '/')) continue;
        directories.delete(directory);
        rmSync(directory, { recursive: true, force: true });
      }
    },
    close: synthesizer.close,
  };
};
