import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { synthesizeStage } from '../../lib/synthesize';
import type { Assembly } from '../../local/gateway';
import { startTestGateway, type TestGateway } from './test-gateway';

export interface StageGateway extends TestGateway {
  readonly template: Assembly['template'];
  /**
   * The first line of the log that is so. Functions write to pipes: a line may come after the answer that it is about.
   */
  logged(matches: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Record<string, unknown>>;
}

const patienceMs = 5_000;

export interface StageAssembly {
  readonly assembly: Assembly;
  /** Removes it from the disk. */
  readonly remove: () => void;
}

/** A stage that no file has: `dev` with other options, synthesized and bundled for this test. */
export const stageAssembly = (stage: StageOptions): StageAssembly => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-stage-'));
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  try {
    const { directory, template } = synthesizeStage(resolveStage('dev', stage), outdir);
    // What the CDK wrote; the local gateway checks the parts that it uses.
    return { assembly: { directory, template: template as Assembly['template'] }, remove };
  } catch (error) {
    remove();
    throw error;
  }
};

/** The gateway of such a stage. */
export const startStageGateway = async (
  stage: StageOptions,
  options: Parameters<typeof startTestGateway>[0] = {},
): Promise<StageGateway> => {
  const { assembly, remove } = stageAssembly(stage);
  try {
    const gateway = await startTestGateway({ ...options, assemble: () => assembly });
    return {
      ...gateway,
      template: assembly.template,
      logged: async (matches) => {
        const until = Date.now() + patienceMs;
        for (;;) {
          const line = gateway.logs().find(matches);
          if (line !== undefined) return line;
          if (Date.now() > until) throw new Error(`no such line was logged within ${patienceMs} ms`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
      close: async () => {
        await gateway.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
};
