import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegisterHandlers } from '../../lib/handlers';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { synthesizeStage } from '../../lib/synthesize';
import type { Assembly } from '../../local/gateway';
import type { TemplateResource } from '../../local/template/template';
import { startTestGateway, type TestGateway } from './test-gateway';

export interface StageGateway extends TestGateway {
  readonly assembly: Assembly;
  readonly template: Assembly['template'];
  /**
   * Waits for the first matching line of the log. Functions write to pipes, so a line may arrive after the response.
   */
  logged(matches: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Record<string, unknown>>;
}

const logTimeoutMs = 5_000;

export interface StageAssembly {
  readonly assembly: Assembly;
  /** Deletes its files. */
  readonly remove: () => void;
}

/** The stage `dev` with other options than in lib/stages.ts, synthesized and bundled for one test. */
export const stageAssembly = (stage: StageOptions, register?: RegisterHandlers): StageAssembly => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-stage-'));
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  try {
    const { directory, template } = synthesizeStage(resolveStage('dev', stage), outdir, register);
    // The CDK wrote the template; the local gateway checks the parts that it reads.
    return { assembly: { directory, template: template as Assembly['template'] }, remove };
  } catch (error) {
    remove();
    throw error;
  }
};

/** A local gateway with such a stage. */
export const startStageGateway = async (
  stage: StageOptions,
  options: Parameters<typeof startTestGateway>[0] = {},
  register?: RegisterHandlers,
): Promise<StageGateway> => {
  const { assembly, remove } = stageAssembly(stage, register);
  try {
    const gateway = await startTestGateway({ ...options, assemble: () => assembly });
    return {
      ...gateway,
      assembly,
      template: assembly.template,
      logged: async (matches) => {
        const until = Date.now() + logTimeoutMs;
        for (;;) {
          const line = gateway.logs().find(matches);
          if (line !== undefined) return line;
          if (Date.now() > until) throw new Error(`no matching line was logged within ${logTimeoutMs} ms`);
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

/** Deploys the template with some resources changed, or left out where the result is undefined. */
export const deployChanged = async (
  { gateway, assembly }: StageGateway,
  change: (id: string, resource: TemplateResource) => TemplateResource | undefined,
): Promise<void> => {
  const resources = Object.entries(assembly.template.Resources).flatMap(([id, resource]) => {
    const changed = change(id, resource);
    return changed === undefined ? [] : [[id, changed] as const];
  });
  await gateway.deploy({ ...assembly, template: { ...assembly.template, Resources: Object.fromEntries(resources) } });
};
