import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { stackName } from '../lambda/shared/contract/stack-outputs';
import { GatewayStack } from './gateway-stack';
import { registerHandlers, type RegisterHandlers } from './handlers';
import { localStage } from './stage/local-stage';
import type { Stage } from './stage/resolve-stage';
import { findStage, type StageName } from './stages';

export interface SynthesizedStage {
  /** Absolute path of the cloud assembly. `Metadata["aws:asset:path"]` of a function is relative to it. */
  readonly directory: string;
  /** The CloudFormation template, parsed. */
  readonly template: unknown;
}

/**
 * Synthesizes one stage in this process, for tests and benchmarks: the same template and bundles that `cdk deploy`
 * uploads. cdk-nag's rules, which take seconds, run in `cdk synth` only.
 * @param given the name of a stage in `lib/stages.ts`, which is synthesized without what the local gateway does not
 * have; or a stage, which is synthesized as it is
 * @param register registers the handlers, by default those of `lib/handlers.ts`
 * @throws Error if the stage is invalid or a bundle does not build
 */
export const synthesizeStage = (
  given: StageName | Stage,
  outdir: string,
  register: RegisterHandlers = registerHandlers,
): SynthesizedStage => {
  const stage = typeof given === 'string' ? localStage(findStage(given)) : given;
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    // Like the CDK CLI: the template then names the directory of each function's bundle.
    context: { 'aws:cdk:enable-asset-metadata': true },
  });
  const stack = new GatewayStack(app, stackName(stage.name), { stage });
  register(stack);
  const assembly = app.synth();
  const { templateFullPath } = assembly.getStackArtifact(stack.artifactId);
  const template: unknown = JSON.parse(readFileSync(templateFullPath, 'utf8'));
  return { directory: assembly.directory, template };
};
