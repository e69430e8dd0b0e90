import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { stackName } from '../lambda/shared/contract/stack-outputs';
import { GatewayStack } from './gateway-stack';
import type { Stage } from './stage/resolve-stage';
import { findStage, type StageName } from './stages';

export interface SynthesizedStage {
  /** Absolute path of the cloud assembly: what `Metadata["aws:asset:path"]` of a function is relative to. */
  readonly directory: string;
  /** The CloudFormation template, parsed. */
  readonly template: unknown;
}

/**
 * Synthesizes one stage in this process, bundles included, for the local gateway: the template and the bundles that `cdk deploy`
 * would send. Rule packs are left to `cdk synth`, which takes seconds longer for them.
 * @param given a stage of `lib/stages.ts`, which then has no custom domain, because a laptop is called by its own address; or any
 * stage, exactly as it is
 * @throws Error of a bad stage, or of a bundle that does not build
 */
export const synthesizeStage = (given: StageName | Stage, outdir: string): SynthesizedStage => {
  const stage = typeof given === 'string' ? { ...findStage(given), customDomain: undefined } : given;
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    // As the CDK CLI asks for: it is where the template says which directory holds a function's bundle.
    context: { 'aws:cdk:enable-asset-metadata': true },
  });
  const stack = new GatewayStack(app, stackName(stage.name), { stage });
  const assembly = app.synth();
  const { templateFullPath } = assembly.getStackArtifact(stack.artifactId);
  const template: unknown = JSON.parse(readFileSync(templateFullPath, 'utf8'));
  return { directory: assembly.directory, template };
};
